package org.moshpit.deploy.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A small internet in network namespaces: a laptop, a box, the NATs in front of them, five core
 * routers, a rendezvous host. {@code deploy/lab/README.md} has the map. Use with try.
 */
public final class Lab implements AutoCloseable {
  /** The rendezvous host's first address. */
  public static final String RENDEZVOUS = "192.0.2.10";

  /** The rendezvous host's second address. */
  public static final String RENDEZVOUS_SECOND = "192.0.2.11";

  /** The rendezvous host's IPv6 address, in brackets. */
  public static final String RENDEZVOUS_IPV6 = "[2001:db8:f::10]";

  private final Path state;
  private Map<String, String> values;

  private Lab(Path state) {
    this.state = state;
    this.values = read(state);
  }

  /**
   * Makes a lab.
   *
   * @param options more options of {@code deploy/lab/up}
   */
  public static Lab up(String client, String server, String... options) {
    List<String> command = new ArrayList<>(List.of(Shell.tool("up"), "--client", client));
    command.addAll(List.of("--server", server));
    command.addAll(List.of("--owner", Long.toString(ProcessHandle.current().pid())));
    command.addAll(List.of(options));
    return new Lab(Path.of(Shell.run(command, "").orFail()));
  }

  /** Makes a lab with a rendezvous-server running, box and laptop enrolled, the box online. */
  public static Lab populated(String client, String server, String... options) {
    Lab lab = up(client, server, options);
    try {
      lab.populate();
      return lab;
    } catch (RuntimeException | Error e) {
      lab.close();
      throw e;
    }
  }

  /** Starts a rendezvous-server, enrolls box and laptop, and has the box online. */
  public void populate() {
    Shell.run(List.of(Shell.tool("populate"), state.toString()), "").orFail();
    values = read(state);
  }

  /** Changes it while it runs; the words are those of {@code deploy/lab/change}. */
  public void change(String... words) {
    List<String> command = new ArrayList<>(List.of(Shell.tool("change"), state.toString()));
    command.addAll(List.of(words));
    Shell.run(command, "").orFail();
  }

  public Host laptop() {
    return host("laptop");
  }

  public Host box() {
    return host("box");
  }

  public Host rendezvous() {
    return host("rendezvous");
  }

  /** A host or a router; routers are called c1 to c5, laptop-nat1, box-nat1 and so on. */
  public Host host(String name) {
    return new Host(this, name);
  }

  /** The NATs in front of a host, the innermost first. */
  public List<Host> nats(String host) {
    String names = value("NATS_" + host);
    return names.isEmpty()
        ? List.of()
        : List.of(names.split(" ")).stream().map(this::host).toList();
  }

  /** The address under which the world sees a host. */
  public String publicAddress(String host) {
    return value("PUBLIC_" + host);
  }

  /** The address of a host on its own network. */
  public String insideAddress(String host) {
    return value("ADDRESS_" + host);
  }

  /** A box's host key as {@code agent enroll} told it, {@code SHA256:…}. */
  public String hostKey(String box) {
    return value("HOST_KEY_" + box);
  }

  /** A process in a host's namespaces that is there as long as the lab. */
  public long keeper(String host) {
    return Long.parseLong(value("KEEPER_" + host));
  }

  /** The process {@code agent run} of a box that {@link #populated} started. */
  public ProcessHandle agent(String box) {
    return ProcessHandle.of(Long.parseLong(value("AGENT_" + box))).orElseThrow();
  }

  /** The process {@code rendezvous-server run} that {@link #populated} started. */
  public ProcessHandle rendezvousServer() {
    return ProcessHandle.of(Long.parseLong(value("RENDEZVOUS_SERVER"))).orElseThrow();
  }

  Path directory() {
    return state.getParent();
  }

  Path state() {
    return state;
  }

  String value(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the lab's state has no " + name + ": " + values);
    }
    return value;
  }

  private static Map<String, String> read(Path state) {
    try {
      Map<String, String> values = new HashMap<>();
      for (String line : Files.readAllLines(state)) {
        int equals = line.indexOf('=');
        values.put(line.substring(0, equals), line.substring(equals + 1).replace("'", ""));
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Shell.run(List.of(Shell.tool("down"), state.toString()), "").orFail();
  }
}
