package org.moshpit.deploy.documents;

import java.util.List;

/**
 * A command as a document has it.
 *
 * @param file from the repository's top
 * @param line counted from 1
 * @param text of one line, without its comment
 * @param sample what the document shows it to print; empty if nothing
 * @param inline whether it stands in a sentence and not in a block
 */
record Documented(String file, int line, String text, List<String> sample, boolean inline) {
  /** As a test's complaint begins. */
  String where() {
    return file + ":" + line + ": `" + text + "`";
  }
}
