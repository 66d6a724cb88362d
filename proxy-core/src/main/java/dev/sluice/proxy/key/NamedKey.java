package dev.sluice.proxy.key;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Stage;
import org.jspecify.annotations.Nullable;

/** A key whose name can be shown. */
record NamedKey(String name, Stage stage, RequestKey key) implements RequestKey {
    NamedKey(String name, RequestKey key) {
        this(name, Stage.BEFORE_AUTHENTICATION, key);
    }

    @Override
    public @Nullable String of(ProxyRequest request) {
        return key.of(request);
    }

    @Override
    public String toString() {
        return name;
    }
}
