package dev.sluice.balancer.tier;

import dev.sluice.proxy.internal.Require;

/**
 * Prefers members of the proxy's own zone, which are near and whose traffic costs nothing. In each priority they get
 * the requests, and other zones get the overflow when they are not well. With fewer than {@code min} of them in use
 * there is no preference, as a few must not bear the load of all. Immutable.
 *
 * @param zone the proxy's own
 * @param tag the tag of a member that names its zone
 * @param min how many members of the zone must be in use
 */
public record ZonePreference(String zone, String tag, int min) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the zone or the tag is blank, or {@code min} is below 1; the message has it
     */
    public ZonePreference {
        if (zone.isBlank() || tag.isBlank()) {
            throw new IllegalArgumentException("zone and tag must not be blank: \"" + zone + "\" and \"" + tag + "\"");
        }
        Require.atLeast("zone min", 1, min);
    }

    /** Prefers members whose tag {@code zone} has this value, while two or more of them are in use. */
    public static ZonePreference of(String zone) {
        return new ZonePreference(zone, "zone", 2);
    }

    /** The same by another tag; throws as the constructor does. */
    public ZonePreference withTag(String name) {
        return new ZonePreference(zone, name, min);
    }

    /** The same with another number; throws as the constructor does. */
    public ZonePreference withMin(int members) {
        return new ZonePreference(zone, tag, members);
    }
}
