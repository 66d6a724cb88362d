package dev.sluice.proxy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, as authentication has found it: {@link ExchangeRecord#principal()}. The access log shows the name,
 * and limits may count by it. It never has a password or a token. Immutable, if its attributes are.
 */
public final class Principal {
    private final String name;
    private final Map<String, Object> attributes;

    private Principal(String name, Map<String, Object> attributes) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("principal name must not be blank: \"" + name + '"');
        }
        this.name = name;
        this.attributes = attributes;
    }

    /**
     * A principal without attributes.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public static Principal of(String name) {
        return new Principal(name, Map.of());
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** What else is known, such as roles or the claims of a token; empty by default. */
    public Map<String, Object> attributes() {
        return attributes;
    }

    /** The same with one more attribute, or another value of it. */
    public Principal withAttribute(String attribute, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(attributes);
        more.put(Objects.requireNonNull(attribute, "attribute"), Objects.requireNonNull(value, "value"));
        return new Principal(name, Collections.unmodifiableMap(more));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Principal that && name.equals(that.name) && attributes.equals(that.attributes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, attributes);
    }

    /** The name alone. */
    @Override
    public String toString() {
        return name;
    }
}
