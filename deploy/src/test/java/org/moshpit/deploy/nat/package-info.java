/** What the product says of the lab's NATs, beside what others say of them. */
package org.moshpit.deploy.nat;
