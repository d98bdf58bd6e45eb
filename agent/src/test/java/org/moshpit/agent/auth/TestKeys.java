package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;

/** Keys for tests: made by the JDK where a public half is enough, by ssh-keygen where not. */
final class TestKeys {
  private TestKeys() {}

  static SshPublicKey ed25519() {
    try {
      return SshPublicKey.of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic());
    } catch (NoSuchAlgorithmException | SshFormatException e) {
      throw new AssertionError(e);
    }
  }

  /** A real key pair: FILE and FILE.pub. */
  static SshPublicKey keygen(Path file, String passphrase, String... options) throws Exception {
    List<String> argv = new ArrayList<>(List.of("ssh-keygen", "-q", "-C", "test"));
    argv.addAll(List.of("-N", passphrase, "-f", file.toString()));
    argv.addAll(options.length == 0 ? List.of("-t", "ed25519") : List.of(options));
    run(Map.of(), argv);
    return PrivateKeyFile.publicHalf(file).orElseThrow();
  }

  /** Its standard output; a missing program or a failure fails the test with its name. */
  static String run(Map<String, String> environment, List<String> argv) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new AssertionError(argv.get(0) + " is needed by this test: install openssh-client", e);
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(argv + ": " + output);
    }
    return output;
  }
}
