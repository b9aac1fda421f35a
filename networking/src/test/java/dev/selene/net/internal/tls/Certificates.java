package dev.selene.net.internal.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates that the JDK's keytool makes once a test run, all signed below one root. */
public final class Certificates {
  private static final String PASSWORD = "selene-tests";

  /** For {@code localhost} and 127.0.0.1, on the curve P-256. */
  public static final String GOOD = "good";

  /** As {@link #GOOD}, RSA of 2,048 bits. */
  public static final String RSA = "rsa";

  /** As {@link #GOOD}, Ed25519. */
  public static final String ED25519 = "ed25519";

  /** As {@link #GOOD}, valid until five days ago. */
  public static final String EXPIRED = "expired";

  /** For {@code other.test}. */
  public static final String OTHER_NAME = "other";

  /** As {@link #GOOD}, signed by itself. */
  public static final String SELF_SIGNED = "selfsigned";

  /** As {@link #GOOD}, signed by itself, expired. */
  public static final String SELF_SIGNED_EXPIRED = "selfexpired";

  /** As {@link #GOOD}, with an authority between it and the root. */
  public static final String CHAINED = "chained";

  private static final Certificates MADE = new Certificates();

  private final KeyStore store;

  private Certificates() {
    try {
      Path folder = Files.createTempDirectory("selene-certificates");
      Path file = folder.resolve("store.p12");
      try {
        make(file, "root", "-ext", "bc:c");
        make(file, "between", "-signer", "root", "-ext", "bc:c");
        make(file, GOOD, "-signer", "root", "-ext", localhost());
        makeKind(file, RSA, List.of("-keyalg", "RSA", "-keysize", "2048"));
        makeKind(file, ED25519, List.of("-keyalg", "Ed25519"));
        make(
            file,
            EXPIRED,
            "-signer",
            "root",
            "-ext",
            localhost(),
            "-startdate",
            "-10d",
            "-validity",
            "5");
        make(file, OTHER_NAME, "-signer", "root", "-ext", "san=dns:other.test");
        make(file, SELF_SIGNED, "-ext", localhost());
        make(
            file, SELF_SIGNED_EXPIRED, "-ext", localhost(), "-startdate", "-10d", "-validity", "5");
        make(file, CHAINED, "-signer", "between", "-ext", localhost());
        store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
          store.load(in, PASSWORD.toCharArray());
        }
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String localhost() {
    return "san=dns:localhost,ip:127.0.0.1";
  }

  private static void make(Path store, String name, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    all.addAll(List.of(options));
    keytool(store, name, all);
  }

  private static void makeKind(Path store, String name, List<String> kind) throws IOException {
    List<String> all = new ArrayList<>(kind);
    all.addAll(List.of("-signer", "root", "-ext", localhost()));
    keytool(store, name, all);
  }

  private static void keytool(Path store, String name, List<String> options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                name,
                "-dname",
                "CN=selene test " + name));
    command.addAll(options);
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The authority that signed them. */
  public static byte[] root() {
    return chain("root");
  }

  /** A certificate and all that stand behind it, without the root, in PEM. */
  public static byte[] chain(String name) {
    try {
      StringBuilder pem = new StringBuilder();
      Certificate[] chain = MADE.store.getCertificateChain(name);
      int last = chain.length > 1 ? chain.length - 1 : 1;
      for (int i = 0; i < last; i++) {
        pem.append(pem("CERTIFICATE", chain[i].getEncoded()));
      }
      return pem.toString().getBytes(StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its key, PKCS#8 in DER. */
  public static byte[] keyBytes(String name) {
    try {
      return MADE.store.getKey(name, PASSWORD.toCharArray()).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its key, PKCS#8 in PEM. */
  public static byte[] key(String name) {
    return pem("PRIVATE KEY", keyBytes(name)).getBytes(StandardCharsets.US_ASCII);
  }

  /** A block of PEM. */
  public static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** A server with this certificate. */
  public static ServerIdentity identity(String name) {
    try {
      return ServerIdentity.read(chain(name), key(name));
    } catch (TlsFailure e) {
      throw new IllegalStateException(e);
    }
  }

  /** A client that believes the tests' root alone. */
  public static TrustRoots trustRoot() {
    try {
      return TrustRoots.read(List.of(root()));
    } catch (TlsFailure e) {
      throw new IllegalStateException(e);
    }
  }
}
