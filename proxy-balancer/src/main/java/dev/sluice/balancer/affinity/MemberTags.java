package dev.sluice.balancer.affinity;

import dev.sluice.balancer.affinity.CookieSeal.Tag;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a topology by their tags in the cookies of one secret, and the tags by member. Immutable. */
final class MemberTags {
    private final CookieSeal seal;
    private final Map<String, Tag> tags;
    private final Map<Tag, String> ids;

    private MemberTags(CookieSeal seal, Map<String, Tag> tags) {
        this.seal = seal;
        this.tags = Map.copyOf(tags);
        Map<Tag, String> inverse = new HashMap<>();
        tags.forEach((id, tag) -> inverse.put(tag, id));
        this.ids = Map.copyOf(inverse);
    }

    static MemberTags none(CookieSeal seal) {
        return new MemberTags(seal, Map.of());
    }

    /** The same for other members; what is known is not computed again. */
    MemberTags over(Collection<String> members) {
        Map<String, Tag> next = new HashMap<>();
        members.forEach(id -> next.put(id, tag(id)));
        return new MemberTags(seal, next);
    }

    CookieSeal seal() {
        return seal;
    }

    Set<String> members() {
        return tags.keySet();
    }

    Tag tag(String id) {
        Tag known = tags.get(id);
        return known != null ? known : seal.tag(id);
    }

    /** The member, or null when it is none of these. */
    @Nullable
    String id(Tag tag) {
        return ids.get(tag);
    }
}
