package dev.sluice.proxy.cache.memory;

import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;

/** A response as it was found. Immutable; the {@link Entry} has what is stored now. */
final class MemoryResponse implements StoredResponse {
    private final StoredHead head;
    private final MemoryBody body;
    private final Entry entry;

    MemoryResponse(StoredHead head, MemoryBody body, Entry entry) {
        this.head = head;
        this.body = body;
        this.entry = entry;
    }

    MemoryBody body() {
        return body;
    }

    Entry entry() {
        return entry;
    }

    long weight() {
        return Weights.of(head) + body.weight();
    }

    @Override
    public StoredHead head() {
        return head;
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public StoredBody open() {
        entry.opened();
        return body;
    }

    @Override
    public String toString() {
        return head.toString();
    }
}
