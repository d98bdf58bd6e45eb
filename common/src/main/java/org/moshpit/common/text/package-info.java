/**
 * What both programs' screens are made of: tables that fit a terminal, colours that only a terminal
 * gets, times and sizes in people's words. Nothing of it is on the way to the first screen of a
 * connect.
 */
package org.moshpit.common.text;
