package dev.sluice.balancer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Changes of a pool's members that take effect together, for {@link UpstreamPool#update} and {@link UpstreamPool#plan}.
 * They are made in the order in which they were asked for. If one of them is not possible, none is made. For one
 * thread.
 */
public final class TopologyChange {
    private final Map<String, Member> members;
    private final Set<String> draining;

    TopologyChange(Map<String, Member> members, Set<String> draining) {
        this.members = new LinkedHashMap<>(members);
        this.draining = new LinkedHashSet<>(draining);
    }

    /**
     * Adds a member.
     *
     * @throws IllegalArgumentException if there is one with this id
     */
    public TopologyChange add(Member member) {
        if (members.putIfAbsent(member.id(), member) != null) {
            throw new IllegalArgumentException("there is already a member \"" + member.id() + "\"");
        }
        return this;
    }

    /** Adds a member by its URL; throws as {@link #add(Member)} and {@link Member#at(String)} do. */
    public TopologyChange add(String url) {
        return add(Member.at(url));
    }

    /**
     * Removes a member: it gets no new attempts, and its running ones go on to their end.
     *
     * @throws IllegalArgumentException if there is none with this id
     */
    public TopologyChange remove(String id) {
        require(id);
        members.remove(id);
        draining.remove(id);
        return this;
    }

    /**
     * Gives a member another weight. Its counts and its health stay.
     *
     * @throws IllegalArgumentException if there is none with this id, or the weight is out of range, see {@link Member}
     */
    public TopologyChange weight(String id, int weight) {
        members.put(id, require(id).withWeight(weight));
        return this;
    }

    /**
     * Stops new requests to a member, except those of sessions that are bound to it. {@link UpstreamPool#drain} does
     * the same, and says when the drain is over.
     *
     * @throws IllegalArgumentException if there is none with this id
     */
    public TopologyChange drain(String id) {
        require(id);
        draining.add(id);
        return this;
    }

    /**
     * Gives a drained member new requests again.
     *
     * @throws IllegalArgumentException if there is none with this id
     */
    public TopologyChange resume(String id) {
        require(id);
        draining.remove(id);
        return this;
    }

    /**
     * Replaces all members by these. A member with the same id and server keeps its counts, its health and its
     * requests. A member with the same id and another server is a new one.
     *
     * @throws IllegalArgumentException if two have the same id
     */
    public TopologyChange members(List<Member> all) {
        Map<String, Member> before = new LinkedHashMap<>(members);
        members.clear();
        all.forEach(this::add);
        draining.removeIf(id -> {
            Member old = before.get(id);
            Member now = members.get(id);
            return old == null || now == null || !MemberDifference.sameServer(old, now);
        });
        return this;
    }

    Map<String, Member> wanted() {
        return members;
    }

    Set<String> draining() {
        return draining;
    }

    /** Collects the changes that {@code changes} asks for. */
    TopologyChange with(Consumer<TopologyChange> changes) {
        changes.accept(this);
        return this;
    }

    TopologyChange removeIfPresent(String id) {
        return members.containsKey(id) ? remove(id) : this;
    }

    /** Returns whether this very server is a member, and not another one with its id. */
    boolean has(Member member) {
        Member now = members.get(member.id());
        return now != null && MemberDifference.sameServer(now, member);
    }

    void removeIfSame(Member member) {
        if (has(member)) {
            remove(member.id());
        }
    }

    /** Drains this very server; returns whether it was not drained before. */
    boolean drainIfSame(Member member) {
        return has(member) && draining.add(member.id());
    }

    void resumeIf(boolean wanted, String id) {
        if (wanted) {
            resume(id);
        }
    }

    /** The member; fails when there is none. */
    Member require(String id) {
        Member member = members.get(id);
        if (member == null) {
            throw new IllegalArgumentException("there is no member \"" + id + "\"");
        }
        return member;
    }

    /**
     * The effect of a change of the topology. Immutable.
     *
     * @param changes one for each member that changes, in the order of the members; empty if nothing changes
     */
    public record Plan(List<Change> changes) {
        /** Copies the list. */
        public Plan {
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

        static Plan between(
                Map<String, Member> before,
                Set<String> drainingBefore,
                Map<String, Member> after,
                Set<String> draining) {
            List<Change> changes = new ArrayList<>();
            after.forEach((id, member) -> {
                Member old = before.get(id);
                if (old == null) {
                    changes.add(new Change(Kind.ADD, id, MemberDifference.told(member)));
                } else if (!MemberDifference.sameServer(old, member)) {
                    changes.add(new Change(Kind.REPLACE, id, MemberDifference.between(old, member)));
                } else if (!old.equals(member)) {
                    changes.add(new Change(Kind.CHANGE, id, MemberDifference.of(old, member)));
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
                    changes.add(new Change(Kind.REMOVE, id, MemberDifference.told(member)));
                }
            });
            return new Plan(changes);
        }
    }
}
