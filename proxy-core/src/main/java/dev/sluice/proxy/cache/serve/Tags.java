package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import java.util.ArrayList;
import java.util.List;

/** The tags of a response, by which it may be purged: words between blanks or commas. */
final class Tags {
    /** More tags than this would cost more than they are good for. */
    private static final int MOST = 256;

    private Tags() {}

    static List<String> of(Headers response, List<String> fields) {
        List<String> tags = null;
        for (String field : fields) {
            for (String line : response.all(field)) {
                for (String tag : line.split("[ \t,]+", -1)) {
                    if (!tag.isEmpty() && (tags == null || tags.size() < MOST)) {
                        tags = tags == null ? new ArrayList<>() : tags;
                        tags.add(tag);
                    }
                }
            }
        }
        return tags == null ? List.of() : tags;
    }
}
