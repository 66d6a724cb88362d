package dev.sluice.balancer;

import dev.sluice.proxy.Authority;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What members are like and what they differ in, in words; and whether two are the same server. */
final class MemberDifference {
    private MemberDifference() {}

    /** An upstream of the caller is compared by identity, whatever its {@code equals} says. */
    @SuppressWarnings("ReferenceEquality")
    static boolean sameServer(Member one, Member other) {
        return Objects.equals(one.uri(), other.uri()) && one.upstream() == other.upstream();
    }

    /** The place and the values of both. */
    static String between(Member old, Member now) {
        return at(old) + " -> " + at(now);
    }

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

    /** What the member is like. */
    static String told(Member member) {
        return "weight " + member.weight() + (member.priority() == 0 ? "" : ", priority " + member.priority())
                + (member.tags().isEmpty() ? "" : ", tags " + member.tags());
    }

    /** What two members at the same server differ in. */
    static String of(Member old, Member now) {
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
