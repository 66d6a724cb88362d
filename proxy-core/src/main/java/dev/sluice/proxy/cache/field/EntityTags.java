package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * The tags of {@code If-None-Match} (RFC 9110 §13.1.2). A member that is no tag is passed over. An asterisk stands for any
 * tag only if there is nothing else.
 */
public final class EntityTags {
    private final boolean any;
    private final List<EntityTag> tags;

    private EntityTags(boolean any, List<EntityTag> tags) {
        this.any = any;
        this.tags = tags;
    }

    /** Those of a request, from all lines. */
    public static EntityTags of(Headers request) {
        List<String> lines = request.all("If-None-Match");
        if (lines.size() == 1 && lines.get(0).equals("*")) {
            return new EntityTags(true, List.of());
        }
        List<EntityTag> tags = new ArrayList<>();
        lines.forEach(line -> read(line, tags));
        return new EntityTags(false, tags);
    }

    private static void read(String line, List<EntityTag> tags) {
        for (int at = 0; at < line.length(); at++) {
            int from = skip(line, at, " \t");
            int end = EntityTag.end(line, from);
            int after = end < 0 ? from : skip(line, end, " \t");
            if (end >= 0 && (after == line.length() || line.charAt(after) == ',')) {
                tags.add(EntityTag.parse(line.substring(from, end)));
            }
            int comma = line.indexOf(',', after);
            at = comma < 0 ? line.length() : comma;
        }
    }

    private static int skip(String line, int from, String characters) {
        int at = from;
        while (at < line.length() && characters.indexOf(line.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    /** Returns whether any tag would do. */
    public boolean any() {
        return any;
    }

    /** The tags, in order. */
    public List<EntityTag> tags() {
        return tags;
    }

    /** Returns whether the tag is one of them, compared weakly. */
    public boolean hasWeakly(EntityTag tag) {
        return tags.stream().anyMatch(tag::isWeakly);
    }
}
