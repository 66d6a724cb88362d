package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.cache.field.StructuredReader.Malformed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Structured fields (RFC 9651): read strictly, from all lines of a field. */
public final class StructuredFields {
    private StructuredFields() {}

    /** The members of a dictionary, of equal keys the last one; null if the field is malformed (§4.2.2). */
    public static @Nullable Map<String, StructuredItem> dictionary(List<String> lines) {
        try {
            StructuredReader reader = new StructuredReader(String.join(", ", lines));
            Map<String, StructuredItem> members = new LinkedHashMap<>();
            while (reader.hasMember()) {
                String key = reader.key();
                StructuredItem value = reader.skip('=') ? reader.bareOrInnerList() : StructuredItem.TRUE;
                members.put(key, value.with(reader.parameters()));
                reader.endMember();
            }
            return members;
        } catch (Malformed fault) {
            return null;
        }
    }

    /** The members of a list, in order; null if the field is malformed (§4.2.1). */
    public static @Nullable List<StructuredItem> list(List<String> lines) {
        try {
            StructuredReader reader = new StructuredReader(String.join(", ", lines));
            List<StructuredItem> members = new ArrayList<>();
            while (reader.hasMember()) {
                members.add(reader.bareOrInnerList().with(reader.parameters()));
                reader.endMember();
            }
            return members;
        } catch (Malformed fault) {
            return null;
        }
    }

    /** Returns whether the text is a token, as structured fields have them (§3.3.4). */
    public static boolean isToken(String text) {
        return StructuredText.tokenEnd(text, 0) == text.length() && !text.isEmpty();
    }

    /** Returns whether the text can be a string (§3.3.3): printable ASCII. */
    public static boolean isString(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }
}
