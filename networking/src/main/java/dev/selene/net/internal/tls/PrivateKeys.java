package dev.selene.net.internal.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Objects;

/**
 * Private keys out of PEM: PKCS#8, and what openssl wrote before it, PKCS#1 for RSA and SEC 1 for
 * elliptic curves, which are wrapped into PKCS#8.
 *
 * <p>Thread-safety: stateless. Source: RFC 5958, RFC 8017 A.1.2, RFC 5915.
 */
final class PrivateKeys {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");
  private static final byte[] VERSION_0 = {2, 1, 0};

  /** SEQUENCE of rsaEncryption and NULL. */
  private static final byte[] RSA = {
    0x30, 13, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 13, 1, 1, 1, 5, 0
  };

  /** ecPublicKey; the curve follows. */
  private static final byte[] EC = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 4;
  private static final int PARAMETERS = 0xA0;

  private PrivateKeys() {}

  /**
   * The one private key of a text.
   *
   * @param what names the text in errors
   * @throws TlsFailure when there is none, more than one, or it cannot be used
   */
  static PrivateKey read(byte[] text, String what) throws TlsFailure {
    byte[] found = null;
    String other = null;
    for (Pem.Block block : Pem.blocks(text, what)) {
      byte[] key =
          switch (block.label()) {
            case "PRIVATE KEY" -> block.der();
            case "RSA PRIVATE KEY" -> sequence(VERSION_0, RSA, element(OCTET_STRING, block.der()));
            case "EC PRIVATE KEY" ->
                sequence(
                    VERSION_0,
                    sequence(EC, curve(block.der(), what)),
                    element(OCTET_STRING, block.der()));
            case "ENCRYPTED PRIVATE KEY" ->
                throw new TlsFailure(what + " is encrypted: give the key without a password");
            default -> {
              other = block.label();
              yield null;
            }
          };
      if (key != null && found != null) {
        throw new TlsFailure(what + " holds more than one private key: give one");
      }
      found = key == null ? found : key;
    }
    if (found == null) {
      throw new TlsFailure(
          what
              + (other == null
                  ? " holds no PEM private key: it needs a line '-----BEGIN PRIVATE KEY-----'"
                  : " holds a "
                      + other
                      + " and no private key: were certificate and key given in the wrong order?"));
    }
    return decode(found, what);
  }

  private static PrivateKey decode(byte[] pkcs8, String what) throws TlsFailure {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        // of another algorithm, or damaged
      } catch (GeneralSecurityException e) {
        throw new TlsFailure(what + " cannot be read: " + e.getMessage(), e);
      }
    }
    throw new TlsFailure(what + " is not a readable RSA, elliptic-curve or Ed25519 key");
  }

  /** The curve's object identifier, out of an ECPrivateKey. */
  private static byte[] curve(byte[] der, String what) throws TlsFailure {
    try {
      int[] at = {0};
      enter(der, at, SEQUENCE);
      skip(der, at);
      skip(der, at);
      int length = enter(der, at, PARAMETERS);
      byte[] curve = new byte[length];
      System.arraycopy(der, at[0], curve, 0, length);
      return curve;
    } catch (IndexOutOfBoundsException e) {
      throw new TlsFailure(
          what + " (EC PRIVATE KEY) does not name its curve: convert it with 'openssl pkcs8'", e);
    }
  }

  /** Steps into an element with the tag; at[0] is its first content byte. Returns the length. */
  private static int enter(byte[] der, int[] at, int tag) {
    if ((der[at[0]] & 0xFF) != tag) {
      throw new IndexOutOfBoundsException("tag " + der[at[0]]);
    }
    at[0]++;
    int length = der[at[0]++] & 0xFF;
    if (length > 0x80) {
      int bytes = length & 0x7F;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | der[at[0]++] & 0xFF;
      }
    }
    Objects.checkFromIndexSize(at[0], length, der.length);
    return length;
  }

  private static void skip(byte[] der, int[] at) {
    int length = enter(der, at, der[at[0]] & 0xFF);
    at[0] += length;
  }

  private static byte[] sequence(byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    return element(SEQUENCE, content.toByteArray());
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length >= 0x80) {
      int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(content.length) + 7) / 8;
      out.write(0x80 | bytes);
      for (int shift = (bytes - 1) * 8; shift > 0; shift -= 8) {
        out.write(content.length >>> shift);
      }
    }
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }
}
