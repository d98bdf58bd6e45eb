package org.moshpit.rendezvous.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * By what it is seen that files were written, replaced, or given to others: device, inode, size,
 * mode, owner and the time of the last change. Symbolic links are followed.
 */
public record FileStamp(List<Map<String, Object>> files) {
  /** Of files that need not exist. */
  static FileStamp of(List<Path> paths) {
    return new FileStamp(paths.stream().map(FileStamp::of).toList());
  }

  private static Map<String, Object> of(Path path) {
    try {
      return Files.readAttributes(path, "unix:dev,ino,size,ctime,mode,uid");
    } catch (IOException e) {
      return Map.of("there", false);
    }
  }
}
