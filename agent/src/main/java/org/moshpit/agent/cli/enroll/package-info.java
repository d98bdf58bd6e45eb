/**
 * What {@code agent enroll} looks at once it is done: everything that would keep the first session
 * from coming about. A {@link org.moshpit.agent.cli.enroll.Check} looks at one thing; {@link
 * org.moshpit.agent.cli.enroll.Checks} says which there are, and is where the next one is added.
 */
package org.moshpit.agent.cli.enroll;
