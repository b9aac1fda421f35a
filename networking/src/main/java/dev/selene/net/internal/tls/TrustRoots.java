package dev.selene.net.internal.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorities that a client believes.
 *
 * <p>Thread-safety: immutable.
 */
public final class TrustRoots {
  private static final Logger LOG = LoggerFactory.getLogger(TrustRoots.class);

  /** Where Debian and Alpine, Fedora, SUSE, and macOS keep the machine's authorities. */
  private static final List<Path> BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private final SSLContext context;

  private TrustRoots(SSLContext context) {
    this.context = context;
  }

  /**
   * What this machine trusts: the JDK's authorities and those of the operating system, so that an
   * authority that an administrator added to either counts. The system property {@code
   * javax.net.ssl.trustStore} replaces both, as everywhere on the JVM. Reads files.
   *
   * @return the roots
   * @throws TlsFailure when the JDK's cannot be read
   */
  public static TrustRoots ofMachine() throws TlsFailure {
    Set<X509Certificate> roots = new LinkedHashSet<>();
    roots.addAll(List.of(trustManager(null).getAcceptedIssuers()));
    if (System.getProperty("javax.net.ssl.trustStore") == null) {
      for (Path bundle : BUNDLES) {
        if (Files.isReadable(bundle)) {
          try {
            roots.addAll(Pem.certificates(Files.readAllBytes(bundle), bundle.toString()));
          } catch (IOException e) {
            LOG.warn("authorities of {} are not used: {}", bundle, e.getMessage());
          }
          break;
        }
      }
    }
    return of(roots);
  }

  /**
   * These alone.
   *
   * @param pem certificates, one or more in each
   * @return the roots
   * @throws TlsFailure when one holds no certificate
   */
  public static TrustRoots read(List<byte[]> pem) throws TlsFailure {
    Set<X509Certificate> roots = new LinkedHashSet<>();
    for (int i = 0; i < pem.size(); i++) {
      roots.addAll(
          Pem.certificates(pem.get(i), "root certificate " + (i + 1) + " of " + pem.size()));
    }
    return of(roots);
  }

  private static TrustRoots of(Collection<X509Certificate> roots) throws TlsFailure {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (X509Certificate root : roots) {
        store.setCertificateEntry("root" + number++, root);
      }
      return new TrustRoots(Engines.context(null, new ValidToday(trustManager(store))));
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsFailure("the root certificates cannot be used: " + e.getMessage(), e);
    }
  }

  private static X509ExtendedTrustManager trustManager(@Nullable KeyStore store) throws TlsFailure {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager found) {
          return found;
        }
      }
      throw new TlsFailure("the JVM has no check of certificates: no X509ExtendedTrustManager");
    } catch (GeneralSecurityException e) {
      throw new TlsFailure("the root certificates cannot be used: " + e.getMessage(), e);
    }
  }

  /** An engine that greets a server. */
  SSLEngine newEngine(String host, int port) throws TlsFailure {
    return Engines.client(context, host, port);
  }

  /**
   * The JDK's check, and the dates of the server's own certificate: the JDK believes one that is
   * itself a root without looking at them.
   */
  private static final class ValidToday extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager check;

    private ValidToday(X509ExtendedTrustManager check) {
      this.check = check;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check.checkServerTrusted(chain, type, engine);
      chain[0].checkValidity();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check.checkServerTrusted(chain, type, socket);
      chain[0].checkValidity();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check.checkServerTrusted(chain, type);
      chain[0].checkValidity();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return check.getAcceptedIssuers();
    }
  }
}
