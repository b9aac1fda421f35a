package dev.selene.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority and what it signed, made by the JDK's {@code keytool} for one test class:
 * {@code good} is for localhost and 127.0.0.1, {@code expired} was, and {@code wrongname} is for
 * another host.
 */
final class Certificates {
  private static final String PASSWORD = "changeit";
  private static final String AUTHORITY = "authority";

  private final Path folder;
  private final KeyStore store;

  private Certificates(Path folder, KeyStore store) {
    this.folder = folder;
    this.store = store;
  }

  static Certificates make(Path folder) throws Exception {
    Path file = folder.resolve("keys.p12");
    generate(file, AUTHORITY, "-ext", "bc:critical=ca:true", "-validity", "30");
    String local = "san=dns:localhost,ip:127.0.0.1";
    generate(file, "good", "-signer", AUTHORITY, "-ext", local, "-validity", "10");
    generate(
        file,
        "expired",
        "-signer",
        AUTHORITY,
        "-ext",
        local,
        "-startdate",
        "-10d",
        "-validity",
        "5");
    generate(
        file,
        "wrongname",
        "-signer",
        AUTHORITY,
        "-ext",
        "san=dns:elsewhere.example",
        "-validity",
        "10");
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(file)) {
      store.load(input, PASSWORD.toCharArray());
    }
    return new Certificates(folder, store);
  }

  private static void generate(Path file, String alias, String... more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of(
            "-genkeypair",
            "-alias",
            alias,
            "-dname",
            "CN=" + alias,
            "-keyalg",
            "RSA",
            "-keysize",
            "2048",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            PASSWORD));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }
  }

  private static String pem(String kind, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }

  /** Writes a certificate as {@code NAME.pem}, and returns that name. */
  String certificate(String alias) throws Exception {
    String name = alias + ".pem";
    String text = pem("CERTIFICATE", store.getCertificate(alias).getEncoded());
    Files.writeString(folder.resolve(name), text);
    return name;
  }

  /** Writes a key in PKCS #8 as {@code NAME-key.pem}, and returns that name. */
  String key(String alias) throws Exception {
    String name = alias + "-key.pem";
    byte[] key = store.getKey(alias, PASSWORD.toCharArray()).getEncoded();
    Files.writeString(folder.resolve(name), pem("PRIVATE KEY", key));
    return name;
  }

  /** The only one that clients shall trust. */
  String authority() throws Exception {
    return certificate(AUTHORITY);
  }

  /** For servers that show this certificate, and clients that trust the authority. */
  SSLContext context(String alias) throws Exception {
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    one.setKeyEntry(
        alias,
        store.getKey(alias, PASSWORD.toCharArray()),
        PASSWORD.toCharArray(),
        store.getCertificateChain(alias));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(one, PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(AUTHORITY, store.getCertificate(AUTHORITY));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
