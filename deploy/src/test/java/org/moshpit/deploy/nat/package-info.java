/**
 * What the product makes of the lab's NATs, beside what others say of them, and of real routers.
 */
package org.moshpit.deploy.nat;
