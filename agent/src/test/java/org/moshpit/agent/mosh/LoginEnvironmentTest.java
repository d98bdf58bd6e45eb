package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginEnvironmentTest {
  @TempDir Path root;

  private static LoginAccount account(int uid) {
    return new LoginAccount("tess", uid, uid, Path.of("/home/tess"), Path.of("/bin/zsh"));
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void isMadeFromNothing() {
    assertThat(new LoginEnvironment(root).of(account(12345)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "PATH", "/usr/local/bin:/usr/bin:/bin:/usr/games",
                "HOME", "/home/tess",
                "USER", "tess",
                "LOGNAME", "tess",
                "SHELL", "/bin/zsh",
                "MAIL", "/var/mail/tess"));
  }

  @Test
  void takesTheSystemsDefaults() throws IOException {
    write("etc/default/locale", "# generated\nLANG=\"en_GB.UTF-8\"\nLC_TIME='C'\nEVIL=1\n");
    write("etc/login.defs", "ENV_SUPATH\tPATH=/sbin:/bin\nENV_PATH  PATH=/opt/bin:/bin\n");
    Map<String, String> user = new LoginEnvironment(root).of(account(12345));
    assertThat(user)
        .containsEntry("LANG", "en_GB.UTF-8")
        .containsEntry("LC_TIME", "C")
        .containsEntry("PATH", "/opt/bin:/bin")
        .doesNotContainKey("EVIL");
    assertThat(new LoginEnvironment(root).of(account(0))).containsEntry("PATH", "/sbin:/bin");
  }

  @Test
  void etcEnvironmentComesLastButNeverChangesTheAccount() throws IOException {
    write("etc/locale.conf", "LANG=C.UTF-8\n");
    write("etc/environment", "export LANG=fr_FR.UTF-8\nPATH=/x\nHOME=/evil\nhttp_proxy=p:1\nA=\n");
    assertThat(new LoginEnvironment(root).of(account(12345)))
        .containsEntry("LANG", "fr_FR.UTF-8")
        .containsEntry("PATH", "/x")
        .containsEntry("HOME", "/home/tess")
        .containsEntry("http_proxy", "p:1")
        .doesNotContainKey("A");
  }

  @Test
  void theRuntimeDirectoryOnlyWhereItIsTheUsersOwn() throws IOException {
    Files.createDirectories(root.resolve("run/user/4711"));
    int owner = (Integer) Files.getAttribute(root, "unix:uid");
    Files.createDirectories(root.resolve("run/user/" + owner));
    Files.createFile(root.resolve("run/user/" + owner + "/bus"));
    LoginEnvironment environment = new LoginEnvironment(root);
    assertThat(environment.of(account(owner)))
        .containsEntry("XDG_RUNTIME_DIR", "/run/user/" + owner)
        .containsEntry("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/" + owner + "/bus");
    assertThat(environment.of(account(4711))).doesNotContainKey("XDG_RUNTIME_DIR");
  }
}
