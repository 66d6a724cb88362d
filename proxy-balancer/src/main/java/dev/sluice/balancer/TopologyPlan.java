package dev.sluice.balancer;

import dev.sluice.proxy.Authority;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The effect of a change of the topology. Immutable.
 *
 * @param changes one for each member that changes, in the order of the members; empty if nothing changes
 */
public record TopologyPlan(List<Change> changes) {
    /** Copies the list. */
    public TopologyPlan {
        changes = List.copyOf(changes);
    }

    /** How a member can change. Later versions may add kinds, so a {@code switch} needs a default. */
    public enum Kind {
        /** It becomes one. */
        ADD,
        /** It is no longer a member. */
        REMOVE,
        /** Another server takes its id. */
        REPLACE,
        /** It gets another weight, priority or tags. */
        CHANGE,
        /** It gets no new requests. */
        DRAIN,
        /** It gets new requests again. */
        RESUME
    }

    /**
     * The change of one member.
     *
     * @param detail for a person: the new values, or the old and the new ones
     */
    public record Change(Kind kind, String member, String detail) {
        /** The change in a few words. */
        @Override
        public String toString() {
            return kind + " " + member + ": " + detail;
        }
    }

    /** Returns whether nothing changes. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    static TopologyPlan between(
            Map<String, Member> before, Set<String> drainingBefore, Map<String, Member> after, Set<String> draining) {
        List<Change> changes = new ArrayList<>();
        after.forEach((id, member) -> {
            Member old = before.get(id);
            if (old == null) {
                changes.add(new Change(Kind.ADD, id, told(member)));
            } else if (!sameServer(old, member)) {
                changes.add(new Change(Kind.REPLACE, id, at(old) + " -> " + at(member)));
            } else if (!old.equals(member)) {
                changes.add(new Change(Kind.CHANGE, id, difference(old, member)));
            }
            boolean was = old != null && drainingBefore.contains(id);
            if (draining.contains(id) != was) {
                changes.add(
                        was
                                ? new Change(Kind.RESUME, id, "gets new requests again")
                                : new Change(Kind.DRAIN, id, "gets no new requests"));
            }
        });
        before.forEach((id, member) -> {
            if (!after.containsKey(id)) {
                changes.add(new Change(Kind.REMOVE, id, told(member)));
            }
        });
        return new TopologyPlan(changes);
    }

    /** An upstream of the caller is compared by identity, whatever its {@code equals} says. */
    @SuppressWarnings("ReferenceEquality")
    static boolean sameServer(Member one, Member other) {
        return Objects.equals(one.uri(), other.uri()) && one.upstream() == other.upstream();
    }

    /** The member's place and values. */
    private static String at(Member member) {
        return server(member) + ", " + told(member);
    }

    /** Without the user and password that a URL may have. */
    private static String server(Member member) {
        URI uri = member.uri();
        if (uri != null) {
            String authority = uri.getRawAuthority();
            return uri.getScheme() + "://" + authority.substring(authority.lastIndexOf('@') + 1) + uri.getRawPath();
        }
        Authority authority = Objects.requireNonNull(member.upstream()).authority();
        return authority == null ? "an upstream of the caller's" : "an upstream at " + authority;
    }

    static String told(Member member) {
        return "weight " + member.weight() + (member.priority() == 0 ? "" : ", priority " + member.priority())
                + (member.tags().isEmpty() ? "" : ", tags " + member.tags());
    }

    static String difference(Member old, Member now) {
        List<String> parts = new ArrayList<>();
        if (old.weight() != now.weight()) {
            parts.add("weight " + old.weight() + " -> " + now.weight());
        }
        if (old.priority() != now.priority()) {
            parts.add("priority " + old.priority() + " -> " + now.priority());
        }
        if (!old.tags().equals(now.tags())) {
            parts.add("tags " + old.tags() + " -> " + now.tags());
        }
        return String.join(", ", parts);
    }
}
