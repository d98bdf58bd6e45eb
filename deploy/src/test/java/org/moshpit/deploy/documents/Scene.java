package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.lab.Terminal;
import org.moshpit.deploy.systemd.Container;
import org.moshpit.deploy.systemd.Packages;

/**
 * Where the documents' commands are run: a machine that is VPS and box in one (a container with
 * nothing but a user, demo, and the packages to install; vps.example.net is its name, and
 * pit.example), and a laptop behind a home router, where demo has the programs and an SSH key that
 * the box lists.
 */
final class Scene implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** Who types. */
  enum Place {
    /** Root on the VPS and box, in a clone of this repository that has only the packages. */
    ROOT,
    /** A person on the box. */
    PERSON,
    /** A person on the laptop. */
    LAPTOP
  }

  final Placeholders placeholders = new Placeholders();
  final Packages packages;
  final Lab lab;

  /** The session that is open. */
  Terminal session;

  private final Container box;
  private final Path directory;
  private final Set<String> ran = new HashSet<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  /** Makes all of it; {@code directory} has a short name and is for terminals' sockets. */
  Scene(Path directory) {
    this.directory = directory;
    packages = Packages.made();
    lab = Lab.up("home", "none", "--rtt", "40");
    try {
      box = Container.bare(lab, "box", packages.directory());
      furnish();
    } catch (RuntimeException | Error e) {
      lab.close();
      throw e;
    }
  }

  private void furnish() {
    String hosts = lab.insideAddress("box") + " vps.example.net pit.example\n";
    box.write("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 box\n" + hosts);
    lab.laptop().rootWithInput(hosts, "sh", "-c", "cat >> /etc/hosts");
    box.root("hostnamectl", "set-hostname", "box");
    box.root("useradd", "--create-home", "--shell", "/bin/bash", "--password", "*", "demo");
    // whoever types here is root
    box.write("/usr/local/bin/sudo", "#!/bin/sh\nexec \"$@\"\n");
    box.root("chmod", "755", "/usr/local/bin/sudo");
    lab.laptop()
        .output(
            "sh", "-c", "umask 077; mkdir .ssh; ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519");
    box.write("/tmp/key", lab.laptop().output("cat", ".ssh/id_ed25519.pub") + "\n");
    box.root("install", "-d", "-m", "700", "-o", "demo", "-g", "demo", "/home/demo/.ssh");
    box.root("install", "-m", "600", "-o", "demo", "/tmp/key", "/home/demo/.ssh/authorized_keys");
  }

  /** The words, for this machine, that have a shell run a script there. */
  private List<String> words(Place place, String script) {
    return switch (place) {
      case ROOT ->
          box.words("env", "USER=root", "TERM=xterm-256color", "bash", "-euc", inClone(script));
      case PERSON -> box.words("runuser", "-l", "demo", "-c", script);
      case LAPTOP -> throw new IllegalArgumentException("the lab has its own way to the laptop");
    };
  }

  private static String inClone(String script) {
    return "cd " + Shell.repository() + "\n" + script;
  }

  /** Runs a script that no document has. */
  Shell.Result script(Place place, String input, String script) {
    return place == Place.LAPTOP
        ? lab.laptop().runWithInput(input, "bash", "-euc", script)
        : Shell.run(words(place, script), input);
  }

  /** Runs a script that no document has, as root on the box, and expects exit 0. */
  String root(String script) {
    return script(Place.ROOT, "", script).orFail();
  }

  /** A command of a document as it is to be typed here; from then on it counts as run. */
  String typed(String command) {
    ran.add(command);
    return placeholders.fill(command);
  }

  /** Runs a command of the documents to its end. */
  Shell.Result run(Place place, String command) {
    return run(place, "", command);
  }

  /** The same, when something is typed into it. */
  Shell.Result run(Place place, String input, String command) {
    return script(place, input, typed(command));
  }

  /** Runs a command of the documents that must succeed, and say this (a pattern). */
  String expect(Place place, String command, String says) {
    return expect(place, "", command, says);
  }

  /** The same, when something is typed into it. */
  String expect(Place place, String input, String command, String says) {
    Shell.Result result = run(place, input, command);
    assertThat(result.exit()).as(command + "\n" + result.err() + result.out()).isZero();
    assertThat(result.out()).as(command).containsPattern(says);
    return result.out();
  }

  /** Starts a command of the documents that goes on until it is told to end. */
  Daemon start(Place place, String command) {
    Daemon daemon = new Daemon(this, place, typed(command));
    open.add(daemon);
    return daemon;
  }

  /** The same of a rendezvous that root runs by hand: without the package the state is root's. */
  Daemon startRendezvous(String command) {
    root("chown -R root:root /var/lib/moshpit-rendezvous");
    return start(Place.ROOT, command).awaitOutput("The rendezvous is ready");
  }

  /** Ends it, and the state is the service's again. */
  void endRendezvous(Daemon daemon) {
    assertThat(daemon.end()).as(daemon.output()).isZero();
    root("chown -R moshpit-rendezvous:moshpit-rendezvous /var/lib/moshpit-rendezvous");
  }

  /** Runs a command of the documents in a terminal. */
  Terminal terminal(Place place, String command) {
    String typed = typed(command);
    Terminal terminal =
        place == Place.LAPTOP
            ? lab.laptop().terminal("bash", "-c", typed)
            : Terminal.here(directory, words(place, typed).toArray(String[]::new));
    open.add(terminal);
    return terminal;
  }

  /** Waits until the agent's unit says this of itself. */
  void awaitStatus(String text) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(root("systemctl show --property=StatusText --value moshpit-agent"))
                    .isEqualTo(text));
  }

  /** Waits until a unit's journal has a line with this word. */
  void awaitJournal(String unit, String word) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(root("journalctl --no-pager --unit " + unit)).contains(word));
  }

  /** What was run since this was last asked. */
  Set<String> ran() {
    Set<String> since = Set.copyOf(ran);
    ran.clear();
    return since;
  }

  @Override
  public void close() {
    for (AutoCloseable one : open) {
      try {
        one.close();
      } catch (Exception | AssertionError e) {
        // it has ended before
      }
    }
    box.close();
    lab.close();
  }
}
