package org.moshpit.rendezvous.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.rendezvous.store.StoreException;
import org.moshpit.testkit.TestCa;

class CertificateWatchTest {
  @TempDir private Path temp;
  private TestCa ca;
  private CertificateFiles files;
  private CertificateWatch watch;

  @BeforeEach
  void begin() throws Exception {
    ca = TestCa.root("ca");
    files = new CertificateFiles(temp.resolve("chain.pem"), temp.resolve("key.pem"), temp);
    KeyPair pair = TestCa.ec("secp256r1");
    putChain(pair);
    putKey(pair);
    watch = new CertificateWatch(files, files.stamp());
  }

  private void putChain(KeyPair pair) throws Exception {
    replace(files.certificate(), TestCa.pem(ca.issue(pair.getPublic(), "pit.example")));
  }

  private void putKey(KeyPair pair) throws Exception {
    replace(files.key(), TestCa.pem(pair.getPrivate()));
  }

  private void replace(Path file, String text) throws Exception {
    Path fresh = Files.writeString(temp.resolve("new"), text);
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void filesThatStayAreNotRead() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(watch.look()).isEmpty();
    }
  }

  @Test
  void aNewPairIsTakenOnceItIsStill() throws Exception {
    KeyPair next = TestCa.ec("secp384r1");
    putKey(next);
    assertThat(watch.look()).isEmpty();
    putChain(next);
    assertThat(watch.look()).isEmpty();
    assertThat(watch.look())
        .hasValueSatisfying(
            taken -> assertThat(taken.pair().getPublic()).isEqualTo(next.getPublic()));
    assertThat(watch.look()).isEmpty();
  }

  @Test
  void halfOfAPairIsSaidOnceAndTakenWhenTheRestIsThere() throws Exception {
    KeyPair next = TestCa.ec("secp256r1");
    putKey(next);
    assertThat(watch.look()).isEmpty();
    assertThatThrownBy(watch::look)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is not the key of");
    assertThat(watch.look()).isEmpty();
    putChain(next);
    assertThat(watch.look()).isEmpty();
    assertThat(watch.look()).isPresent();
  }

  @Test
  void anotherModeIsAChangeAndSoIsAFileThatIsGone() throws Exception {
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(watch.look()).isEmpty();
    assertThatThrownBy(watch::look).hasMessageContaining("Others can read");
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-------"));
    assertThat(watch.look()).isEmpty();
    assertThat(watch.look()).isPresent();
    Files.delete(files.certificate());
    assertThat(watch.look()).isEmpty();
    assertThatThrownBy(watch::look).hasMessageContaining("does not exist");
    assertThat(watch.look()).isEmpty();
  }
}
