package dev.selene.net.internal.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with TLS, for people.
 *
 * <p>Thread-safety: stateless.
 */
final class FailureTexts {
  private static final String ALERT = "Received fatal alert: ";

  /** From peers that refuse a certificate before they encrypt, as openssl does. */
  private static final String PLAIN_ALERT =
      "Unexpected plaintext alert received: Level: fatal; Alert: ";

  private FailureTexts() {}

  /**
   * One line.
   *
   * @param failure what the engine threw
   * @param peer names the other side
   */
  static String of(Throwable failure, String peer) {
    String certificate = certificate(failure, peer);
    if (certificate != null) {
      return certificate;
    }
    String text = String.valueOf(failure.getMessage());
    String alert = after(ALERT, text);
    if (alert == null && failure.getCause() != null) {
      alert = after(PLAIN_ALERT, String.valueOf(failure.getCause().getMessage()));
    }
    if (alert != null) {
      return alert(alert, peer);
    }
    if (text.startsWith("Unsupported or unrecognized SSL message")
        || text.startsWith("Unrecognized SSL message")
        || text.startsWith("Unrecognized record version")
        || text.startsWith("Unsupported SSL v2.0 ClientHello")
        || text.startsWith("SSLv2Hello is not enabled")) {
      return peer + " does not speak TLS: what came is not a TLS record";
    }
    if (text.contains("protocol") && (text.contains("not enabled") || text.contains("version"))) {
      return peer + " speaks neither TLS 1.3 nor TLS 1.2: " + text;
    }
    return "TLS with " + peer + " failed: " + text;
  }

  private static @Nullable String certificate(Throwable failure, String peer) {
    String found = null;
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 16; depth++) {
      String text = String.valueOf(cause.getMessage());
      switch (cause) {
        case CertificateExpiredException e -> {
          return "the certificate of " + peer + " has expired: " + text;
        }
        case CertificateNotYetValidException e -> {
          return "the certificate of " + peer + " is not valid yet: " + text;
        }
        case CertPathBuilderException e ->
            found = "the certificate of " + peer + " comes from an unknown authority";
        case CertPathValidatorException e ->
            found = "the certificate of " + peer + " is not accepted: " + text;
        case CertificateException e -> {
          if (text.startsWith("No subject alternative") || text.startsWith("No name matching")) {
            return "the certificate of " + peer + " is for another name: " + text;
          }
          found = "the certificate of " + peer + " is not accepted: " + text;
        }
        default -> {}
      }
      cause = cause.getCause();
    }
    return found;
  }

  private static @Nullable String after(String start, String text) {
    int at = text.indexOf(start);
    return at < 0 ? null : text.substring(at + start.length());
  }

  private static String alert(String alert, String peer) {
    String why =
        switch (alert) {
          case "protocol_version" -> "it accepts neither TLS 1.3 nor TLS 1.2";
          case "handshake_failure" -> "no cipher suite or signature suits both sides";
          case "unknown_ca" -> "it does not know the authority of the certificate it was shown";
          case "bad_certificate", "certificate_unknown" ->
              "it does not accept the certificate it was shown";
          case "certificate_expired" -> "the certificate it was shown has expired";
          case "certificate_required" -> "it wants a certificate, and none is offered";
          case "unrecognized_name" -> "it does not serve this host name";
          default -> "";
        };
    return peer + " refused TLS with the alert " + alert + (why.isEmpty() ? "" : ": " + why);
  }
}
