package org.moshpit.agent.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshWriter;
import org.moshpit.common.seal.OfferStatement;
import org.moshpit.common.seal.OfferedKey;

/** An Ed25519 key that signs as ssh-keygen -Y sign does (OpenSSH PROTOCOL.sshsig). */
public final class TestKey {
  private final KeyPair pair;
  final SshPublicKey publicKey;

  /** A new one. */
  public TestKey() {
    try {
      pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      publicKey = SshPublicKey.of(pair.getPublic());
    } catch (GeneralSecurityException | SshFormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public half. */
  public SshPublicKey publicKey() {
    return publicKey;
  }

  /** An SSHSIG blob. */
  public byte[] sign(String namespace, byte[] message) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-512").digest(message);
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(pair.getPrivate());
      signer.update(
          new SshWriter()
              .raw("SSHSIG".getBytes(StandardCharsets.US_ASCII))
              .string(namespace)
              .string("")
              .string("sha512")
              .string(hash)
              .toBytes());
      return new SshWriter()
          .raw("SSHSIG".getBytes(StandardCharsets.US_ASCII))
          .uint32(1)
          .string(publicKey.blob())
          .string(namespace)
          .string("")
          .string("sha512")
          .string(new SshWriter().string("ssh-ed25519").string(signer.sign()).toBytes())
          .toBytes();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  OfferedKey offer(byte[] statement) {
    return new OfferedKey(publicKey.blob(), sign(OfferStatement.NAMESPACE, statement));
  }
}
