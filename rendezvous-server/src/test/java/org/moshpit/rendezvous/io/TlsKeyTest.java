package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.rendezvous.store.StoreException;

class TlsKeyTest {
  @TempDir private Path temp;

  @Test
  void madeOnceAndThenTheSame() throws Exception {
    KeyPair first = TlsKey.of(temp);
    Path file = temp.resolve("tls_key.pem");

    assertThat(TlsKey.of(temp).getPublic()).isEqualTo(first.getPublic());
    assertThat(TlsKey.of(temp).getPrivate()).isEqualTo(first.getPrivate());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aDamagedKeyIsSaidAndLeftAlone() throws Exception {
    TlsKey.of(temp);
    Path file = temp.resolve("tls_key.pem");
    String whole = Files.readString(file);
    Path other = Files.createDirectory(temp.resolve("other"));
    TlsKey.of(other);
    String mixed =
        whole.substring(0, whole.indexOf("-----BEGIN PUBLIC"))
            + Files.readString(other.resolve("tls_key.pem"))
                .substring(whole.indexOf("-----BEGIN PUBLIC"));
    for (String damaged : new String[] {"", "x", whole.substring(0, 200), mixed}) {
      Files.writeString(file, damaged);
      assertThatThrownBy(() -> TlsKey.of(temp))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is damaged");
      assertThat(Files.readString(file)).isEqualTo(damaged);
    }
  }
}
