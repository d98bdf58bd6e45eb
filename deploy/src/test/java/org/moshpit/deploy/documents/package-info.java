/**
 * What the documents say is held to what the programs do. {@code Markdown} and {@code Extractor}
 * find every command in them; {@code DocumentsTest} has each parse, and each file and link lead
 * somewhere; each command is claimed once: by a {@code Step} that runs it as written ({@code
 * DocumentedCommandsTest}), by a {@code Rehearsal} that runs it on this machine ({@code
 * RehearsalTest}), or by a test that does so anyhow ({@code Elsewhere}).
 *
 * <p>Each fenced block has a kind: {@code sh} holds commands; in {@code console} a line after "$ "
 * is a command and what follows is what it prints; {@code text} and {@code yaml} hold none.
 *
 * <p>To document a command: write it, and claim it in one of these three places. A placeholder that
 * is new stands in {@code Placeholders}.
 */
package org.moshpit.deploy.documents;
