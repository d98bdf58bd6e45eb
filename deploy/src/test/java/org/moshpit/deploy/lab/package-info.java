/**
 * The namespace lab for tests in Java: {@link org.moshpit.deploy.lab.Lab} is one small internet
 * made by {@code deploy/lab/up}, {@link org.moshpit.deploy.lab.Host} a machine on it, {@link
 * org.moshpit.deploy.lab.Terminal} a terminal with a screen that can be read. Everything needs root
 * and fails without; everything ends with the JVM that made it, however that ends.
 */
package org.moshpit.deploy.lab;
