/**
 * What the rendezvous presents to agents: a certificate of a CA and its key, from two PEM files
 * that something else renews, or nothing but its own key.
 *
 * <p>The files are read by {@link org.moshpit.rendezvous.certificate.CertificateFiles}, which says
 * in one sentence what is wrong with them; looked at for changes by {@link
 * org.moshpit.rendezvous.certificate.CertificateWatch}; and judged as an agent without a pin would
 * by {@link org.moshpit.rendezvous.certificate.PublicTrust}.
 */
package org.moshpit.rendezvous.certificate;
