/**
 * The box's door held against the real thing: a real sshd on a loopback port, real users, real
 * system tools. Needs root; without it the tests fail.
 */
package org.moshpit.deploy.auth;
