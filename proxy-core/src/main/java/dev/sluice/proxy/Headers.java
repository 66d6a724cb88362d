package dev.sluice.proxy;

import dev.sluice.proxy.internal.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The fields of a message: immutable, in order, duplicates kept, names in the case they were given and compared without it
 * (RFC 9110 §5). Names are tokens, and values have no control character but the tab, so a value that is here can be
 * written to a connection as it is. A character above U+00FF has no byte to stand for it and is refused.
 */
public final class Headers {
    private static final Headers EMPTY = new Headers(new String[0]);

    /** Name, value, name, value and so on. */
    private final String[] fields;

    private Headers(String[] fields) {
        this.fields = fields;
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
        return new Builder(new ArrayList<>());
    }

    /** A builder that begins with these fields. */
    public Builder toBuilder() {
        return new Builder(new ArrayList<>(List.of(fields)));
    }

    /** The number of field lines. */
    public int size() {
        return fields.length / 2;
    }

    /** Tells whether there is no field at all. */
    public boolean isEmpty() {
        return fields.length == 0;
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
        for (int i = 0; i < size(); i++) {
            if (name(i).equalsIgnoreCase(name)) {
                return Optional.of(value(i));
            }
        }
        return Optional.empty();
    }

    /** The values of all field lines with this name, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            if (name(i).equalsIgnoreCase(name)) {
                values.add(value(i));
            }
        }
        return values;
    }

    /**
     * The members of a field that is a comma-separated list (RFC 9110 §5.6.1), over all its lines, without white space
     * and empty members. Not for fields whose members may hold a comma in quotes.
     */
    public List<String> list(String name) {
        List<String> members = new ArrayList<>();
        for (String line : all(name)) {
            for (String member : line.split(",", -1)) {
                String trimmed = member.strip();
                if (!trimmed.isEmpty()) {
                    members.add(trimmed);
                }
            }
        }
        return members;
    }

    /** Tells whether there is a field line with this name. */
    public boolean has(String name) {
        return first(name).isPresent();
    }

    /** Tells whether the comma-separated list of this name has {@code token} among its members, compared without case. */
    public boolean hasToken(String name, String token) {
        return list(name).stream().anyMatch(token::equalsIgnoreCase);
    }

    /** The fields without the lines whose name meets {@code condition}; this same object when there is none of them. */
    public Headers without(Predicate<String> condition) {
        for (int i = 0; i < size(); i++) {
            if (condition.test(name(i))) {
                return toBuilder()
                        .removeIf((name, value) -> condition.test(name))
                        .build();
            }
        }
        return this;
    }

    /** Calls {@code action} with the name and value of each field line, in order. */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < size(); i++) {
            action.accept(name(i), value(i));
        }
    }

    /** Tells whether both have the same lines in the same order, names compared without case. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Headers that) || fields.length != that.fields.length) {
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

    /** The names alone: values may be secret. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder("Headers[");
        for (int i = 0; i < size(); i++) {
            names.append(i == 0 ? "" : ", ").append(name(i));
        }
        return names.append(']').toString();
    }

    /** Tells whether {@code name} is a token (RFC 9110 §5.6.2), as the name of a field must be. */
    public static boolean isToken(String name) {
        if (name.isEmpty()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Tells whether {@code value} can be the value of a field (RFC 9110 §5.5): no control character but the tab. */
    public static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }

    /** Collects fields. For one thread. */
    public static final class Builder {
        private final List<String> fields;

        private Builder(List<String> fields) {
            this.fields = fields;
        }

        /**
         * Adds a field line at the end.
         *
         * @throws IllegalArgumentException if the name is not a token, or the value has a control character or one above
         *     U+00FF; the message names the field and never shows the value
         */
        public Builder add(String name, String value) {
            if (!isToken(name)) {
                throw new IllegalArgumentException("not a field name: \"" + Printable.of(name) + "\"");
            }
            if (!isValue(value)) {
                throw new IllegalArgumentException(
                        "the value of field " + name + " has a character that is not allowed");
            }
            fields.add(name);
            fields.add(trim(value));
            return this;
        }

        /** Adds all lines of {@code headers} at the end. */
        public Builder addAll(Headers headers) {
            fields.addAll(List.of(headers.fields));
            return this;
        }

        /**
         * Puts one line in the place of the first with this name, and drops the others; adds it at the end when there is
         * none.
         *
         * @throws IllegalArgumentException as {@link #add} does
         */
        public Builder set(String name, String value) {
            int at = indexOf(name);
            removeIf((other, ignored) -> other.equalsIgnoreCase(name));
            if (at < 0) {
                return add(name, value);
            }
            Builder line = new Builder(new ArrayList<>(2)).add(name, value);
            fields.addAll(at, line.fields);
            return this;
        }

        /** Drops all lines with this name. */
        public Builder remove(String name) {
            return removeIf((other, value) -> other.equalsIgnoreCase(name));
        }

        /** Drops all lines for which {@code condition} holds, given name and value. */
        public Builder removeIf(BiPredicate<String, String> condition) {
            for (int i = fields.size() - 2; i >= 0; i -= 2) {
                if (condition.test(fields.get(i), fields.get(i + 1))) {
                    fields.subList(i, i + 2).clear();
                }
            }
            return this;
        }

        /**
         * Changes the value of each line with this name.
         *
         * @throws IllegalArgumentException if a new value is not allowed
         */
        public Builder replace(String name, UnaryOperator<String> change) {
            for (int i = 0; i < fields.size(); i += 2) {
                if (fields.get(i).equalsIgnoreCase(name)) {
                    String value = new Builder(new ArrayList<>(2))
                            .add(name, change.apply(fields.get(i + 1)))
                            .fields
                            .get(1);
                    fields.set(i + 1, value);
                }
            }
            return this;
        }

        /** The fields collected so far. */
        public Headers build() {
            return fields.isEmpty() ? EMPTY : new Headers(fields.toArray(String[]::new));
        }

        private int indexOf(String name) {
            for (int i = 0; i < fields.size(); i += 2) {
                if (fields.get(i).equalsIgnoreCase(name)) {
                    return i;
                }
            }
            return -1;
        }

        /** Without the spaces and tabs around it, which are no part of a value (RFC 9110 §5.5). */
        private static String trim(String value) {
            int from = 0;
            int to = value.length();
            while (from < to && isBlank(value.charAt(from))) {
                from++;
            }
            while (to > from && isBlank(value.charAt(to - 1))) {
                to--;
            }
            return value.substring(from, to);
        }

        private static boolean isBlank(char c) {
            return c == ' ' || c == '\t';
        }
    }
}
