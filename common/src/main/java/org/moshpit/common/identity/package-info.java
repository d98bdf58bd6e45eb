/**
 * Who somebody is: SSH key blobs, SSHSIG signatures, fingerprints, box records and link keys, with
 * nothing but the JDK.
 *
 * <p>All bytes that SSH keys sign are in the encoding of RFC 4251 §5 (big-endian {@code uint32},
 * {@code uint64}; {@code string} is a uint32 length and that many bytes; {@code mpint} a string
 * holding a minimal two's complement number).
 *
 * <p>A public key blob (RFC 4253 §6.6, RFC 8709 §4, RFC 5656 §3.1, OpenSSH PROTOCOL.u2f):
 *
 * <pre>
 * string  "ssh-ed25519"                          string "ssh-rsa"
 * string  32 bytes                               mpint  e
 *                                                mpint  n
 * string  "ecdsa-sha2-nistp256" (384, 521)
 * string  "nistp256" (384, 521)
 * string  0x04 | x | y
 *
 * string  "sk-ssh-ed25519@openssh.com"           string "sk-ecdsa-sha2-nistp256@openssh.com"
 * string  32 bytes                               string "nistp256"
 * string  application                            string 0x04 | x | y
 *                                                string application
 * </pre>
 *
 * <p>A signature blob (OpenSSH PROTOCOL.sshsig), and what the key really signs:
 *
 * <pre>
 * byte[6]  "SSHSIG"                              byte[6]  "SSHSIG"
 * uint32   1                                     string   namespace
 * string   public key blob                       string   reserved
 * string   namespace                             string   hash algorithm
 * string   reserved                              string   H(message)
 * string   hash algorithm: sha256 | sha512
 * string   signature: string algorithm, string bytes [, byte flags, uint32 counter for sk-*]
 * </pre>
 *
 * <p>A box record, and its signed form, which is what travels and is kept:
 *
 * <pre>
 * uint32  format, 1                              string  record
 * string  realm, 32 bytes                        string  host key blob
 * string  name                                   string  SSHSIG blob over the record,
 * string  Noise static key, 32 bytes                     namespace moshpit-box-v1
 * uint64  serial
 * uint64  not-after, Unix seconds
 * uint32  lowest protocol version
 * uint32  highest protocol version
 * </pre>
 *
 * <p>Every parser takes hostile bytes: sizes are bounded, encodings must be the canonical ones, and
 * what is wrong comes as an {@link org.moshpit.common.identity.SshFormatException}, a checked and
 * stackless one.
 */
package org.moshpit.common.identity;
