/** Files that must be as they are expected to be, and not what somebody put in their place. */
package org.moshpit.common.files;
