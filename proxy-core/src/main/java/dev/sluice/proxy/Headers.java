package dev.sluice.proxy;

import dev.sluice.proxy.internal.CheckedFields;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.syntax.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The fields of a message: immutable, in order, duplicates are kept, names keep their case and are compared without it
 * (RFC 9110 §5). Names are tokens, and values have no control character except the tab, so a value can be written to a
 * connection as it is. A character above U+00FF has no byte form and is refused.
 */
public final class Headers {
    private static final Headers EMPTY = new Headers(new String[0], 0);

    static {
        CheckedFields.maker((fields, length) -> length == 0 ? EMPTY : new Headers(fields, length));
    }

    /** Name, value, name, value and so on; shared with builders, which copy it before they change it. */
    private final String[] fields;

    /** The part of {@link #fields} that is in use. */
    private final int length;

    private Headers(String[] fields, int length) {
        this.fields = fields;
        this.length = length;
    }

    /** No fields at all. */
    public static Headers empty() {
        return EMPTY;
    }

    /**
     * Fields in the order given.
     *
     * @param namesAndValues name, value, name, value and so on
     * @throws IllegalArgumentException if a value is missing, or a name or value is not allowed; the message names it
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "names and values must come in pairs: " + namesAndValues.length + " strings");
        }
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /** A builder without fields. */
    public static Builder builder() {
        return new Builder(EMPTY);
    }

    /** A builder that begins with these fields. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The number of field lines. */
    public int size() {
        return length / 2;
    }

    /** Returns whether there is no field at all. */
    public boolean isEmpty() {
        return length == 0;
    }

    /** The name of field line {@code index}. */
    public String name(int index) {
        return fields[2 * index];
    }

    /** The value of field line {@code index}, without white space around it. */
    public String value(int index) {
        return fields[2 * index + 1];
    }

    /** The value of the first field line with this name. */
    public Optional<String> first(String name) {
        int at = indexOf(name);
        return at < 0 ? Optional.empty() : Optional.of(fields[at + 1]);
    }

    /** The values of all field lines with this name, in order; the list cannot be changed. */
    public List<String> all(String name) {
        List<String> values = null;
        for (int i = 0; i < length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                values = values == null ? new ArrayList<>(2) : values;
                values.add(fields[i + 1]);
            }
        }
        return values == null ? List.of() : Collections.unmodifiableList(values);
    }

    /**
     * The members of a field that is a comma-separated list (RFC 9110 §5.6.1), from all its lines, without white space
     * and empty members. The list cannot be changed. Not for fields whose members may have a comma in quotes.
     */
    public List<String> list(String name) {
        List<String> members = null;
        for (int i = 0; i < length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                members = members == null ? new ArrayList<>(4) : members;
                addMembers(fields[i + 1], members);
            }
        }
        return members == null ? List.of() : Collections.unmodifiableList(members);
    }

    private static void addMembers(String line, List<String> members) {
        for (int from = 0; from <= line.length(); ) {
            int comma = line.indexOf(',', from);
            int end = comma < 0 ? line.length() : comma;
            String member = trim(line, from, end);
            if (!member.isEmpty()) {
                members.add(member);
            }
            from = end + 1;
        }
    }

    /** Returns whether there is a field line with this name. */
    public boolean has(String name) {
        return indexOf(name) >= 0;
    }

    /**
     * Returns whether the comma-separated list of this name has {@code token} among its members, compared without case.
     */
    public boolean hasToken(String name, String token) {
        for (int i = 0; i < length; i += 2) {
            if (fields[i].equalsIgnoreCase(name) && hasMember(fields[i + 1], token)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasMember(String line, String token) {
        for (int from = 0; from <= line.length(); ) {
            int comma = line.indexOf(',', from);
            int end = comma < 0 ? line.length() : comma;
            int start = skipBlanks(line, from, end);
            if (line.regionMatches(true, start, token, 0, token.length())
                    && skipBlanks(line, start + token.length(), end) == end) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private int indexOf(String name) {
        for (int i = 0; i < length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The fields without the lines whose name meets {@code condition}; this object itself if there are no such lines.
     */
    public Headers without(Predicate<String> condition) {
        int same = 0;
        while (same < length && !condition.test(fields[same])) {
            same += 2;
        }
        return same == length ? this : without(condition, same);
    }

    /** The lines before {@code from}, and after it those that do not meet the condition. */
    private Headers without(Predicate<String> condition, int from) {
        String[] kept = new String[length - 2];
        System.arraycopy(fields, 0, kept, 0, from);
        int size = from;
        for (int i = from + 2; i < length; i += 2) {
            if (!condition.test(fields[i])) {
                kept[size++] = fields[i];
                kept[size++] = fields[i + 1];
            }
        }
        return size == 0 ? EMPTY : new Headers(kept, size);
    }

    /** Calls {@code action} with the name and value of each field line, in order. */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < size(); i++) {
            action.accept(name(i), value(i));
        }
    }

    /** Returns whether both have the same lines in the same order, names compared without case. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Headers that) || length != that.length) {
            return false;
        }
        for (int i = 0; i < size(); i++) {
            if (!name(i).equalsIgnoreCase(that.name(i)) || !value(i).equals(that.value(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < size(); i++) {
            hash = 31 * (31 * hash + name(i).toLowerCase(Locale.ROOT).hashCode()) + value(i).hashCode();
        }
        return hash;
    }

    /** Only the names: values may be secret. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder("Headers[");
        for (int i = 0; i < size(); i++) {
            names.append(i == 0 ? "" : ", ").append(name(i));
        }
        return names.append(']').toString();
    }

    /** Returns whether {@code name} is a token (RFC 9110 §5.6.2), as the name of a field must be. */
    public static boolean isToken(String name) {
        return Token.is(name);
    }

    /**
     * Returns whether {@code value} can be the value of a field (RFC 9110 §5.5): no control character except the tab.
     */
    public static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }

    /** The value without the spaces and tabs around it, which are not part of it (RFC 9110 §5.5). */
    private static String trim(String text, int from, int to) {
        int start = skipBlanks(text, from, to);
        int end = to;
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static int skipBlanks(String text, int from, int to) {
        int at = from;
        while (at < to && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Collects fields. For one thread. */
    public static final class Builder {
        /** Strings of two lines: a rule that adds one line wastes little, and one that adds three copies only once. */
        private static final int ROOM = 4;

        private String[] fields;
        private int length;
        private boolean shared = true;

        private Builder(Headers headers) {
            this.fields = headers.fields;
            this.length = headers.length;
        }

        /**
         * Adds a field line at the end.
         *
         * @throws IllegalArgumentException if the name is not a token, or the value has a control character or one
         *     above U+00FF; the message names the field and never shows the value
         */
        public Builder add(String name, String value) {
            if (!isToken(name)) {
                throw new IllegalArgumentException("not a field name: \"" + Printable.of(name) + "\"");
            }
            String checked = check(name, value);
            reserve(2);
            fields[length++] = name;
            fields[length++] = checked;
            return this;
        }

        /** Adds all lines of {@code headers} at the end. */
        public Builder addAll(Headers headers) {
            reserve(headers.length);
            System.arraycopy(headers.fields, 0, fields, length, headers.length);
            length += headers.length;
            return this;
        }

        /**
         * Replaces the first line with this name, and drops the others; adds it at the end if there is none.
         *
         * @throws IllegalArgumentException as {@link #add} does
         */
        public Builder set(String name, String value) {
            int at = indexOf(name, 0);
            if (at < 0) {
                return add(name, value);
            }
            if (!isToken(name)) {
                throw new IllegalArgumentException("not a field name: \"" + Printable.of(name) + "\"");
            }
            String checked = check(name, value);
            reserve(0);
            fields[at] = name;
            fields[at + 1] = checked;
            removeFrom(name, at + 2);
            return this;
        }

        /** Drops all lines with this name. */
        public Builder remove(String name) {
            removeFrom(name, 0);
            return this;
        }

        /** Drops all lines whose name and value meet {@code condition}. */
        public Builder removeIf(BiPredicate<String, String> condition) {
            removeFrom(0, condition);
            return this;
        }

        /**
         * Changes the value of each line with this name.
         *
         * @throws IllegalArgumentException if a new value is not allowed
         */
        public Builder replace(String name, UnaryOperator<String> change) {
            for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 2)) {
                String checked = check(name, change.apply(fields[i + 1]));
                reserve(0);
                fields[i + 1] = checked;
            }
            return this;
        }

        /** The fields collected so far. */
        public Headers build() {
            shared = true;
            return length == 0 ? EMPTY : new Headers(fields, length);
        }

        private void removeFrom(String name, int from) {
            int first = indexOf(name, from);
            if (first >= 0) {
                removeFrom(first, (field, value) -> field.equalsIgnoreCase(name));
            }
        }

        /** One pass, for any number of removed lines. */
        private void removeFrom(int from, BiPredicate<String, String> condition) {
            reserve(0);
            int kept = from;
            for (int i = from; i < length; i += 2) {
                if (!condition.test(fields[i], fields[i + 1])) {
                    fields[kept] = fields[i];
                    fields[kept + 1] = fields[i + 1];
                    kept += 2;
                }
            }
            length = kept;
        }

        private int indexOf(String name, int from) {
            for (int i = from; i < length; i += 2) {
                if (fields[i].equalsIgnoreCase(name)) {
                    return i;
                }
            }
            return -1;
        }

        /** Makes the array this builder's own, with room for {@code more} strings. */
        private void reserve(int more) {
            if (shared || more > fields.length - length) {
                int size = more == 0 ? length : Math.max(length + more + ROOM, length + length / 2);
                fields = Arrays.copyOf(fields, size);
                shared = false;
            }
        }

        private static String check(String name, String value) {
            if (!isValue(value)) {
                throw new IllegalArgumentException(
                        "the value of field " + name + " has a character that is not allowed");
            }
            return trim(value, 0, value.length());
        }
    }
}
