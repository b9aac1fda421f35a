package dev.selene.net.internal.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Blocks between {@code -----BEGIN label-----} and {@code -----END label-----}; text around them is
 * skipped, as files of certificates have it.
 *
 * <p>Thread-safety: stateless. Source: RFC 7468.
 */
final class Pem {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  private Pem() {}

  /**
   * One block.
   *
   * @param label for example {@code CERTIFICATE}
   * @param der what it holds
   */
  record Block(String label, byte[] der) {}

  /**
   * All blocks of a text.
   *
   * @param what names the text in errors
   * @throws TlsFailure when a block is damaged; not when there is none
   */
  static List<Block> blocks(byte[] text, String what) throws TlsFailure {
    String characters = new String(text, StandardCharsets.ISO_8859_1);
    List<Block> blocks = new ArrayList<>();
    int from = 0;
    while (true) {
      int begin = characters.indexOf(BEGIN, from);
      if (begin < 0) {
        return blocks;
      }
      String name = what + ": PEM block " + (blocks.size() + 1);
      int labelStart = begin + BEGIN.length();
      int labelEnd = characters.indexOf(DASHES, labelStart);
      if (labelEnd < 0 || labelEnd - labelStart > 64) {
        throw new TlsFailure(name + " begins without a label and five dashes");
      }
      String label = printable(characters.substring(labelStart, labelEnd));
      int bodyStart = labelEnd + DASHES.length();
      int bodyEnd = characters.indexOf(END + label + DASHES, bodyStart);
      if (bodyEnd < 0) {
        throw new TlsFailure(name + " (" + label + ") has no line '" + END + label + DASHES + "'");
      }
      blocks.add(new Block(label, decode(characters.substring(bodyStart, bodyEnd), name, label)));
      from = bodyEnd + END.length() + label.length() + DASHES.length();
    }
  }

  private static byte[] decode(String body, String name, String label) throws TlsFailure {
    if (body.contains("ENCRYPTED")) {
      throw new TlsFailure(name + " (" + label + ") is encrypted: give the key without a password");
    }
    StringBuilder base64 = new StringBuilder(body.length());
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c > ' ') {
        base64.append(c);
      }
    }
    try {
      byte[] der = Base64.getDecoder().decode(base64.toString());
      if (der.length == 0) {
        throw new TlsFailure(name + " (" + label + ") is empty");
      }
      return der;
    } catch (IllegalArgumentException e) {
      throw new TlsFailure(name + " (" + label + ") is not Base64: " + e.getMessage(), e);
    }
  }

  /** Labels come from the guest: what is shown of them is plain text. */
  private static String printable(String label) {
    return label.chars().allMatch(c -> c >= ' ' && c < 0x7F) ? label : "?";
  }

  /**
   * All certificates of a text, in its order.
   *
   * @param what names the text in errors
   * @throws TlsFailure when there is none, or one is damaged
   */
  static List<X509Certificate> certificates(byte[] text, String what) throws TlsFailure {
    List<X509Certificate> certificates = new ArrayList<>();
    String other = null;
    for (Block block : blocks(text, what)) {
      switch (block.label) {
        case "CERTIFICATE", "X509 CERTIFICATE" ->
            certificates.add(
                certificate(block.der, what + ": certificate " + (certificates.size() + 1)));
        default -> other = block.label;
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsFailure(
          what
              + (other == null
                  ? " holds no PEM certificate: it needs a line '-----BEGIN CERTIFICATE-----'"
                  : " holds a "
                      + other
                      + " and no certificate: were certificate and key given in the wrong order?"));
    }
    return certificates;
  }

  private static X509Certificate certificate(byte[] der, String name) throws TlsFailure {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new TlsFailure(name + " is not a readable X.509 certificate: " + e.getMessage(), e);
    }
  }

  /** Whether a text begins with a certificate, blank space aside. */
  static boolean beginsWithCertificate(byte[] text) {
    int start = 0;
    while (start < text.length && text[start] >= 0 && text[start] <= ' ') {
      start++;
    }
    byte[] wanted = (BEGIN + "CERTIFICATE").getBytes(StandardCharsets.ISO_8859_1);
    return text.length - start >= wanted.length
        && Arrays.equals(text, start, start + wanted.length, wanted, 0, wanted.length);
  }

  /** Whether there is a certificate anywhere in a text. */
  static boolean mentionsCertificate(byte[] text) {
    return new String(text, StandardCharsets.ISO_8859_1).contains(BEGIN + "CERTIFICATE");
  }
}
