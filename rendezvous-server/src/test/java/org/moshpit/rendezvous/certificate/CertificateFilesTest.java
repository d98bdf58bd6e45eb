package org.moshpit.rendezvous.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.rendezvous.store.StoreException;
import org.moshpit.testkit.TestCa;

class CertificateFilesTest {
  private static TestCa ca;
  private static KeyPair ec;

  @TempDir private Path temp;
  private Path chain;
  private Path key;

  @BeforeAll
  static void make() throws Exception {
    ca = TestCa.root("ca");
    ec = TestCa.ec("secp256r1");
  }

  @BeforeEach
  void good() throws Exception {
    chain = temp.resolve("chain.pem");
    key = temp.resolve("key.pem");
    write(ec, chainOf(ec.getPublic()));
  }

  private static String chainOf(PublicKey publicKey) throws Exception {
    return TestCa.pem(ca.issue(publicKey, "pit.example"), ca.certificate());
  }

  private void write(KeyPair pair, String certificates) throws Exception {
    Files.writeString(chain, certificates);
    writeKey(TestCa.pem(pair.getPrivate()));
  }

  private void writeKey(String text) throws Exception {
    Files.writeString(key, text);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }

  private TlsIdentity read() throws StoreException {
    return new CertificateFiles(chain, key, temp).read();
  }

  private void refused(String... words) {
    assertThatThrownBy(this::read)
        .isInstanceOf(StoreException.class)
        .hasMessageMatching("[A-Z][^\\n]*[a-zA-Z.]\\.?")
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void keysOfEveryKind() throws Exception {
    for (KeyPair pair : List.of(ec, TestCa.ec("secp384r1"), TestCa.rsa(2048))) {
      write(pair, chainOf(pair.getPublic()));
      TlsIdentity identity = read();
      assertThat(identity.chain()).hasSize(2);
      assertThat(identity.pair().getPublic()).isEqualTo(pair.getPublic());
      assertThat(identity.sameAs(read())).isTrue();
      assertThat(identity.context()).isNotNull();
    }
  }

  @Test
  void textAndOtherBlocksAreNotMinded() throws Exception {
    Files.writeString(chain, "subject=x\n" + Files.readString(chain) + "-- the end\n");
    writeKey(
        "-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n"
            + TestCa.pem(ec.getPrivate())
            + "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    assertThat(read().chain()).hasSize(2);
  }

  @Test
  void behindASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("live.pem"), key);
    assertThat(new CertificateFiles(chain, link, temp).read().chain()).hasSize(2);
  }

  @Test
  void filesThatCannotBeRead() throws Exception {
    Files.delete(chain);
    refused("The tls-certificate " + chain + " does not exist.");
    Files.createDirectory(chain);
    refused("The tls-certificate " + chain + " is no file.");
    Files.delete(chain);
    good();
    Files.delete(key);
    refused("The tls-key " + key + " does not exist.");
    Files.createDirectory(key);
    refused("The tls-key " + key + " is no file.");
  }

  @Test
  void aKeyThatOthersCanRead() throws Exception {
    for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
      refused("Others can read the tls-key " + key + "; run 'chmod 600' on it.");
    }
  }

  @Test
  void filesThatAreSomethingElse() throws Exception {
    String good = Files.readString(chain);
    for (String bad : List.of("", "x", good.substring(0, 200), TestCa.pem(ec.getPrivate()))) {
      Files.writeString(chain, bad);
      refused("The tls-certificate " + chain, "-----BEGIN CERTIFICATE-----");
    }
    Files.writeString(chain, good.replace("MII", "AAA"));
    refused("The tls-certificate " + chain + " holds a certificate that is damaged.");
    Files.writeString(chain, good.repeat(6));
    refused("more than 10 certificates");
    Files.writeString(chain, "x".repeat((1 << 20) + 1));
    refused("larger than 1 MiB");
    good();
    for (String bad : List.of("", good, TestCa.pem(ec.getPrivate()).substring(0, 99))) {
      writeKey(bad);
      refused("The tls-key " + key, "-----BEGIN PRIVATE KEY-----");
    }
    writeKey(TestCa.pem(ec.getPrivate()).replace("MIG", "AAA").replace("ME", "AA"));
    refused("The tls-key " + key + " is damaged");
  }

  @Test
  void keysInOtherForms() throws Exception {
    for (String form : List.of("EC PRIVATE KEY", "RSA PRIVATE KEY")) {
      writeKey("-----BEGIN " + form + "-----\nAAAA\n-----END " + form + "-----\n");
      refused("has an '" + form + "'", "openssl pkey -in " + key + " -out NEW");
    }
    writeKey("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    refused("is encrypted", "openssl pkey -in " + key + " -out NEW");
  }

  @Test
  void whatDoesNotBelongTogether() throws Exception {
    for (KeyPair other :
        List.of(TestCa.ec("secp256r1"), TestCa.ec("secp384r1"), TestCa.rsa(2048))) {
      writeKey(TestCa.pem(other.getPrivate()));
      refused("The tls-key " + key + " is not the key of the first certificate in " + chain);
    }
    good();
    Files.writeString(chain, TestCa.pem(ca.certificate(), ca.issue(ec.getPublic(), "pit.example")));
    refused("first certificate");
  }

  @Test
  void keysThatAreTooSmallOrOfAnotherKind() throws Exception {
    for (KeyPair pair : List.of(TestCa.rsa(1024), TestCa.ec("secp521r1"))) {
      write(pair, chainOf(pair.getPublic()));
      refused("must be for a key on P-256 or P-384, or one of RSA with 2048 to 8192 bits");
    }
  }
}
