package dev.selene.net.internal.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A server's certificate, the authorities that stand behind it, and its key.
 *
 * <p>Thread-safety: immutable.
 */
public final class ServerIdentity {
  /** A signature with twice as many takes a worker for tens of milliseconds. */
  private static final int MOST_RSA_BITS = 4_096;

  private static final String ALIAS = "server";

  private final SSLContext context;

  private ServerIdentity(SSLContext context) {
    this.context = context;
  }

  /**
   * Reads PEM.
   *
   * @param certificates the server's certificate first, then those between it and the root
   * @param key PKCS#8, PKCS#1 or SEC 1
   * @return the identity
   * @throws TlsFailure when either cannot be read, or they do not belong together
   */
  public static ServerIdentity read(byte[] certificates, byte[] key) throws TlsFailure {
    List<X509Certificate> chain = Pem.certificates(certificates, "the server's certificates");
    PrivateKey privateKey = PrivateKeys.read(key, "the server's key");
    if (privateKey instanceof RSAKey rsa && rsa.getModulus().bitLength() > MOST_RSA_BITS) {
      throw new TlsFailure(
          "the server's key has "
              + rsa.getModulus().bitLength()
              + " bits: use an elliptic-curve key, or RSA of at most "
              + MOST_RSA_BITS);
    }
    X509Certificate own = chain.getFirst();
    if (!belongTogether(privateKey, own.getPublicKey())) {
      throw new TlsFailure(
          "the server's key ("
              + privateKey.getAlgorithm()
              + ") does not belong to its first certificate ("
              + own.getPublicKey().getAlgorithm()
              + ", "
              + own.getSubjectX500Principal().getName()
              + ")");
    }
    return new ServerIdentity(
        Engines.context(
            new OneKey(chain.toArray(X509Certificate[]::new), privateKey), new TrustNobody()));
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified) throws TlsFailure {
    if (key instanceof RSAKey own) {
      return certified instanceof RSAKey other && own.getModulus().equals(other.getModulus());
    }
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    byte[] probe = {1, 2, 3};
    try {
      Signature signature =
          Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "EdDSA");
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      throw new TlsFailure("the server's key cannot be used: " + e.getMessage(), e);
    }
  }

  /** An engine that waits for a client's hello. */
  SSLEngine newEngine() {
    return Engines.server(context);
  }

  /** The one key, for every kind of signature it can make. */
  private static final class OneKey extends X509ExtendedKeyManager {
    private final X509Certificate[] chain;
    private final PrivateKey key;

    private OneKey(X509Certificate[] chain, PrivateKey key) {
      this.chain = chain;
      this.key = key;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
      return keyType.equals(chain[0].getPublicKey().getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, Socket socket) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }

  /** Servers ask for no certificates, so none is ever checked. */
  private static final class TrustNobody extends X509ExtendedTrustManager {
    private static CertificateException nobody() {
      return new CertificateException("certificates of clients are not accepted");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw nobody();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw nobody();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw nobody();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw nobody();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw nobody();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw nobody();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
