package org.moshpit.agent.cli.laptop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.moshpit.agent.auth.KnownBox;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.PrivateFiles;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshFormatException;

/**
 * The last verified record of each known box, so that an offer can go out at once. known_boxes
 * decides which host key a box has; what lies here is a copy of what the rendezvous would say, and
 * losing it costs one question. Blocks on the disk.
 */
final class RememberedRecords {
  private final AgentPaths paths;

  RememberedRecords(AgentPaths paths) {
    this.paths = paths;
  }

  /** The record of a known box, if it is here and under the remembered host key. */
  Optional<SignedBoxRecord> find(KnownBox box) {
    try {
      SignedBoxRecord record =
          SignedBoxRecord.parse(
              PrivateFiles.read(file(box.name(), box.realm()), SignedBoxRecord.MAX_LENGTH));
      // a record is believed as far as known_boxes has it: the same keys, the same serial
      return record.hostKey().equals(box.hostKey())
              && record.record().serial() == box.serial()
              && HexFormat.of().formatHex(record.record().noiseKey()).equals(box.noiseKey())
          ? Optional.of(record)
          : Optional.empty();
    } catch (IOException | SshFormatException | UserError e) {
      return Optional.empty(); // then the rendezvous is asked, and what it says replaces this
    }
  }

  /** Keeps it. */
  void remember(SignedBoxRecord record) {
    paths.prepareState();
    PrivateFiles.directory(directory());
    PrivateFiles.write(
        file(record.record().name(), HexFormat.of().formatHex(record.record().realm())),
        record.encode());
  }

  private Path directory() {
    return paths.state().resolve("boxes");
  }

  private Path file(String name, String realm) {
    return directory().resolve(name + "@" + realm);
  }
}
