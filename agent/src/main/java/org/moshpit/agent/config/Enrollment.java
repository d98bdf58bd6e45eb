package org.moshpit.agent.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.moshpit.common.identity.BoxName;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.Link;
import org.moshpit.common.wire.SpkiPin;

/**
 * What enrolling left behind: which rendezvous, under which name, and what this agent's STUN
 * requests are authenticated with. Kept in the file {@code rendezvous}, 0600.
 */
public final class Enrollment {
  /** What this agent may do there. */
  public enum Role {
    /** Box and laptop. */
    BOTH,
    /** May be connected to, may not connect. */
    BOX,
    /** May connect, takes no offers. */
    LAPTOP;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String FORMAT = "1";
  private static final int MAX_FILE = 8192;

  private final Rendezvous rendezvous;
  private final String name;
  private final Role role;
  private final byte[] realm;
  private final byte[] agentId;
  private final byte[] stunKey;

  /**
   * Checks the lengths, and the name, which becomes a line of the file.
   *
   * @param name this agent's name
   * @param realm 32 bytes
   * @param agentId 8 bytes
   * @param stunKey 32 bytes
   */
  public Enrollment(
      Rendezvous rendezvous, String name, Role role, byte[] realm, byte[] agentId, byte[] stunKey) {
    this.rendezvous = Objects.requireNonNull(rendezvous);
    if (!BoxName.isValid(name)) {
      throw new IllegalArgumentException("not a name");
    }
    this.name = name;
    this.role = Objects.requireNonNull(role);
    this.realm = exactly(32, realm, "realm");
    this.agentId = exactly(8, agentId, "agent-id");
    this.stunKey = exactly(32, stunKey, "stun-key");
  }

  private static byte[] exactly(int length, byte[] bytes, String what) {
    if (bytes.length != length) {
      throw new IllegalArgumentException(what + " has " + bytes.length + " bytes");
    }
    return bytes.clone();
  }

  /**
   * Reads the file.
   *
   * @return empty if this agent is not enrolled
   * @throws UserError exit 2, if the file is not one of ours, damaged, or readable by others
   */
  public static Optional<Enrollment> load(AgentPaths paths) {
    String file = paths.rendezvous().toString();
    byte[] content;
    try {
      content = PrivateFiles.read(paths.rendezvous(), MAX_FILE);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, file + " cannot be read: " + PrivateFiles.reason(e), e);
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (KeyValueFile.Line line :
        KeyValueFile.parse(file, new String(content, StandardCharsets.UTF_8))) {
      fields.put(line.key(), line.value());
    }
    String version = fields.get("version");
    if (version == null) {
      throw damaged(file, null);
    }
    if (!version.equals(FORMAT)) {
      throw new UserError(
          ExitCode.USAGE, file + " was written by a newer agent; use that one, or enroll again");
    }
    try {
      return Optional.of(
          new Enrollment(
              new Rendezvous(
                  host(field(fields, "host")),
                  words(field(fields, "pins")).stream().map(SpkiPin::parse).toList(),
                  words(field(fields, "at")).stream().map(Enrollment::host).toList()),
              field(fields, "name"),
              Role.valueOf(field(fields, "role").toUpperCase(Locale.ROOT)),
              HexFormat.of().parseHex(field(fields, "realm")),
              HexFormat.of().parseHex(field(fields, "agent-id")),
              Base64.getDecoder().decode(field(fields, "stun-key"))));
    } catch (IllegalArgumentException e) {
      throw damaged(file, e);
    }
  }

  /**
   * Reads the file of an agent that must be enrolled.
   *
   * @throws UserError exit 2, if it is not, or as {@link #load}
   */
  public static Enrollment require(AgentPaths paths) {
    return load(paths)
        .orElseThrow(
            () ->
                new UserError(
                    ExitCode.USAGE,
                    "this agent is not enrolled yet (there is nothing of it in "
                        + paths.config()
                        + "); run: agent enroll -"));
  }

  private static HostPort host(String text) {
    return HostPort.parse(text, Link.DEFAULT_PORT);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" +"));
  }

  private static String joined(List<?> words) {
    return words.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  private static String field(Map<String, String> fields, String key) {
    String value = fields.get(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key);
    }
    return value;
  }

  private static UserError damaged(String file, Throwable cause) {
    return new UserError(
        ExitCode.USAGE, file + " is damaged; restore it from a backup, or enroll again", cause);
  }

  /**
   * Writes the file, whole or not at all.
   *
   * @throws UserError exit 2, if it cannot be written
   */
  public void save(AgentPaths paths) {
    String text =
        "version="
            + FORMAT
            + "\nhost="
            + rendezvous.host()
            + "\npins="
            + joined(rendezvous.pins())
            + "\nat="
            + joined(rendezvous.at())
            + "\nname="
            + name
            + "\nrole="
            + role.word()
            + "\nrealm="
            + HexFormat.of().formatHex(realm)
            + "\nagent-id="
            + HexFormat.of().formatHex(agentId)
            + "\nstun-key="
            + Base64.getEncoder().encodeToString(stunKey)
            + "\n";
    PrivateFiles.write(paths.rendezvous(), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Where the rendezvous is and how to know it. */
  public Rendezvous rendezvous() {
    return rendezvous;
  }

  /** This agent's name at the rendezvous. */
  public String name() {
    return name;
  }

  /** What this agent may do there. */
  public Role role() {
    return role;
  }

  /** 32 bytes: the hash of the rendezvous' key at its first start. */
  public byte[] realm() {
    return realm.clone();
  }

  /** 8 bytes: the USERNAME of this agent's STUN requests, in hex there. */
  public byte[] agentId() {
    return agentId.clone();
  }

  /** 32 bytes: the MESSAGE-INTEGRITY key of this agent's STUN requests. Secret. */
  public byte[] stunKey() {
    return stunKey.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Enrollment that
        && rendezvous.equals(that.rendezvous)
        && name.equals(that.name)
        && role == that.role
        && Arrays.equals(realm, that.realm)
        && Arrays.equals(agentId, that.agentId)
        && Arrays.equals(stunKey, that.stunKey);
  }

  @Override
  public int hashCode() {
    return Objects.hash(rendezvous, name, role, Arrays.hashCode(agentId));
  }

  @Override
  public String toString() {
    return "Enrollment[" + name + " at " + rendezvous + "]";
  }
}
