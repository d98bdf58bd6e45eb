package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.moshpit.common.identity.BoxName;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.rendezvous.config.PublicAddressDoubt;
import org.moshpit.rendezvous.control.ControlRequest;
import org.moshpit.rendezvous.core.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rendezvous-server invite}: one join URL on stdout. */
@Command(
    name = "invite",
    description = "Prints a join URL for 'agent enroll'.",
    footer = {
      "",
      "Examples:",
      "  rendezvous-server invite --name attic --role box",
      "  rendezvous-server invite --role laptop --sees attic --expires 30m"
    })
final class InviteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StateOptions state;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The name it is for; then it has one use.")
  private String name;

  @Option(
      names = "--role",
      paramLabel = "box|laptop|both",
      defaultValue = "both",
      description = "What the agent may do: be connected to, connect, or both.")
  private Role role;

  @Option(
      names = "--sees",
      paramLabel = "NAME",
      description = "A box the agent sees in 'agent list' from the start; may be repeated.")
  private List<String> sees = List.of();

  @Option(
      names = "--uses",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many agents may enroll with it (default 1).")
  private int uses;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      defaultValue = "24h",
      description = "How long it is good for: 90s, 30m, 24h, 7d (default 24h).")
  private String expires;

  @Override
  public Integer call() throws Exception {
    long millis;
    try {
      millis = TimeSpan.parseMillis(expires);
    } catch (IllegalArgumentException e) {
      throw misused("'" + expires + "' is no time; say 90s, 30m, 24h or 7d.");
    }
    if (!name.isEmpty() && !BoxName.isValid(name)) {
      throw misused(
          "'"
              + name
              + "' is no name: it needs 1 to 63 lower-case letters, digits and inner hyphens.");
    }
    if (!name.isEmpty() && uses != 1) {
      throw misused("An invite with a name has one use; leave out --uses.");
    }
    if (uses < 1 || millis <= 0) {
      throw misused("An invite has at least one use, and is good for at least a moment.");
    }
    Consumer<String> advice = Operator.to(spec.commandLine().getErr());
    Answer answer =
        Operator.ask(
            advice,
            state,
            new ControlRequest.Invite(name, role, new TreeSet<>(sees), uses, millis));
    if (answer.url() == null) {
      throw new IOException("The running rendezvous-server answered without a join URL.");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(answer.url());
    out.flush();
    if (!sees.isEmpty()) {
      adviseOfStrangers(advice);
    }
    if (answer.live()) {
      return 0; // the daemon has looked at its address, and logged what speaks against it
    }
    // behind the URL, which is not to wait for a name service
    for (HostPort address : JoinUrl.parse(answer.url()).addresses()) {
      PublicAddressDoubt.about(address.host()).ifPresent(doubt -> advice.accept(doubt + "."));
    }
    return 0;
  }

  /** A name that nobody has may be one still to come, or a slip. */
  private void adviseOfStrangers(Consumer<String> advice) throws Exception {
    Answer known = Operator.ask(sentence -> {}, state, new ControlRequest.Agents());
    Set<String> strangers = new TreeSet<>(sees);
    known.agents().forEach(agent -> strangers.remove(agent.name()));
    for (String name : strangers) {
      advice.accept("no agent is called " + name + " so far; if one is later, it is seen then.");
    }
  }

  private ParameterException misused(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
