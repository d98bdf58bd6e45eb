/**
 * The settings of a rendezvous: command line, then environment ({@code MOSHPIT_LISTEN}, {@code
 * MOSHPIT_PUBLIC_ADDRESS}, {@code MOSHPIT_STATE}, {@code MOSHPIT_CONFIG}), then file, then
 * defaults.
 *
 * <pre>
 * # /etc/moshpit/rendezvous.conf: the long options' names, one "key = value" a line
 * listen = 0.0.0.0:3478          # may stand more than once, or hold several, comma-separated
 * public-address = pit.example   # the same
 * state = /var/lib/moshpit-rendezvous
 * tls-certificate = /etc/tls/chain.pem   # of a domain; without it the certificate is self-made
 * tls-key = /etc/tls/key.pem
 * page = 127.0.0.1:9481          # the status page
 * </pre>
 */
package org.moshpit.rendezvous.config;
