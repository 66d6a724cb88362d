package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import java.util.ArrayList;
import java.util.List;

/** Tags by which responses are purged: words between blanks or commas. */
public final class Tags {
    private Tags() {}

    /**
     * The tags in these fields.
     *
     * @param most how many of them are read
     */
    public static List<String> of(Headers message, List<String> fields, int most) {
        List<String> tags = null;
        for (String field : fields) {
            for (String line : message.all(field)) {
                for (String tag : line.split("[ \t,]+", -1)) {
                    if (!tag.isEmpty() && (tags == null || tags.size() < most)) {
                        tags = tags == null ? new ArrayList<>() : tags;
                        tags.add(tag);
                    }
                }
            }
        }
        return tags == null ? List.of() : tags;
    }
}
