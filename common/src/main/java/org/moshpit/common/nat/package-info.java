/**
 * What a NAT does, in the words of RFC 4787: mapping, filtering, allocation of ports; and the
 * classifier that tells it from what STUN servers observed. Pure.
 *
 * <p>The words ({@link org.moshpit.common.nat.Mapping#word} and its like) are those of the JSON
 * output and of the link's NatReport, where an empty word means unknown.
 */
package org.moshpit.common.nat;
