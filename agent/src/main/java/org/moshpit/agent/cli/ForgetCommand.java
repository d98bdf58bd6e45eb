package org.moshpit.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.moshpit.agent.auth.KnownBox;
import org.moshpit.agent.auth.KnownBoxes;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.PrivateFiles;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.identity.BoxName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent forget}: as {@code ssh-keygen -R} does for ssh. */
@Command(
    name = "forget",
    description = {
      "Forgets the host key of a box, as 'ssh-keygen -R' does.",
      "The next connect asks about it as about a box never seen. For a box that was set up anew; if"
          + " nobody did that, somebody may be in between.",
      "Its line in known_boxes goes; the rendezvous and the box are not asked."
    },
    footer = {"", "Example:", "  agent forget attic"})
final class ForgetCommand implements Callable<Integer> {
  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "[user@]NAME",
      description = "The box; it has one host key for all users.")
  private String box;

  @Override
  public Integer call() {
    String name = box.substring(box.lastIndexOf('@') + 1);
    if (!BoxName.isValid(name)) {
      throw new UserError(ExitCode.USAGE, name + " is not a box's name");
    }
    AgentPaths paths = root.paths();
    byte[] realm = Enrollment.require(paths).realm();
    KnownBoxes boxes = new KnownBoxes(paths.knownBoxes());
    Optional<KnownBox> known;
    try {
      known = boxes.find(name, realm);
      boxes.forget(name, realm);
    } catch (IOException e) {
      throw cannotChange(paths, e);
    }
    if (known.isEmpty()) {
      throw new UserError(
          ExitCode.FAILURE, "no box " + name + " is known here, in " + paths.knownBoxes());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "Forgot " + name + ", whose host key was " + known.get().hostKey().fingerprint() + ".");
    out.println("The next 'agent connect " + name + "' asks about the one that it has then.");
    out.flush();
    return ExitCode.OK.value();
  }

  static UserError cannotChange(AgentPaths paths, IOException e) {
    return new UserError(
        ExitCode.USAGE, paths.knownBoxes() + " cannot be changed: " + PrivateFiles.reason(e), e);
  }
}
