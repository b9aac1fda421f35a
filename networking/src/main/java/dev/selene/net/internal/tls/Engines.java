package dev.selene.net.internal.tls;

import java.net.IDN;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Engines of both sides, restricted to TLS 1.2 and 1.3 with elliptic-curve key agreement and
 * authenticated encryption. That also bounds what a peer can make a worker compute in one step:
 * finite-field groups of 8,192 bits take a hundred times as long.
 *
 * <p>Thread-safety: stateless.
 */
final class Engines {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final String[] GROUPS = {"x25519", "secp256r1", "secp384r1"};

  /** Sessions that one context remembers, for peers that resume. */
  private static final int SESSIONS = 256;

  private static final int SESSION_SECONDS = 3_600;

  private Engines() {}

  /** A context. */
  static SSLContext context(@Nullable KeyManager keys, TrustManager trust) throws TlsFailure {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys == null ? new KeyManager[0] : new KeyManager[] {keys},
          new TrustManager[] {trust},
          null);
      context.getServerSessionContext().setSessionCacheSize(SESSIONS);
      context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      context.getClientSessionContext().setSessionCacheSize(SESSIONS);
      context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
      return context;
    } catch (GeneralSecurityException e) {
      throw new TlsFailure("TLS cannot be used: " + e.getMessage(), e);
    }
  }

  /** The accepting side. */
  static SSLEngine server(SSLContext context) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = parameters(engine);
    parameters.setUseCipherSuitesOrder(true);
    engine.setSSLParameters(parameters);
    return engine;
  }

  /**
   * The connecting side, which checks that the certificate is for the host.
   *
   * @param host a name or the text of an address
   * @throws TlsFailure when it is neither
   */
  static SSLEngine client(SSLContext context, String host, int port) throws TlsFailure {
    String name = asciiName(host);
    SSLEngine engine = context.createSSLEngine(name, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = parameters(engine);
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!isAddress(name)) {
      try {
        parameters.setServerNames(List.of(new SNIHostName(name)));
      } catch (IllegalArgumentException e) {
        throw new TlsFailure("'" + host + "' is not a host name: " + e.getMessage(), e);
      }
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** As certificates have it: in ASCII, no dot at the end, no brackets around an address. */
  private static String asciiName(String host) throws TlsFailure {
    String name = host;
    if (name.startsWith("[") && name.endsWith("]")) {
      name = name.substring(1, name.length() - 1);
    }
    if (isAddress(name)) {
      return name;
    }
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    try {
      name = IDN.toASCII(name);
    } catch (IllegalArgumentException e) {
      throw new TlsFailure("'" + host + "' is not a host name: " + e.getMessage(), e);
    }
    if (name.isEmpty()) {
      throw new TlsFailure("the host name is empty");
    }
    return name;
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private static SSLParameters parameters(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setNamedGroups(GROUPS);
    List<String> suites = new ArrayList<>();
    for (String suite : engine.getSupportedCipherSuites()) {
      boolean tls13 = suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_");
      boolean tls12 =
          suite.startsWith("TLS_ECDHE_")
              && (suite.contains("_GCM_") || suite.contains("_CHACHA20_"));
      if (tls13 || tls12) {
        suites.add(suite);
      }
    }
    parameters.setCipherSuites(suites.toArray(String[]::new));
    return parameters;
  }
}
