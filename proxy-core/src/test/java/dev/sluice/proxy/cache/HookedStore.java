package dev.sluice.proxy.cache;

import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store in memory that lets something happen in the middle of its calls. */
final class HookedStore extends WrappedStore {
    /** Runs when it is known what is stored, before the caller knows. */
    Runnable onFound = () -> {};

    /** Runs before a response is written. */
    Runnable onWrite = () -> {};

    /** Runs before a stored response is opened. */
    Runnable onOpen = () -> {};

    /** Runs when a response is to be committed, or a head to be updated, before it is. */
    Runnable onStore = () -> {};

    /** Runs when a writing has been closed. */
    Runnable onClosed = () -> {};

    HookedStore() {
        super(new MemoryStore(1_000_000, 200_000));
    }

    @Override
    public List<StoredResponse> find(String key) throws IOException {
        List<StoredResponse> found = super.find(key);
        onFound.run();
        return found.stream().map(each -> (StoredResponse) new Hooked(each)).toList();
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) throws IOException {
        onWrite.run();
        Writing writing = super.write(head, length);
        return writing == null ? null : new HookedWriting(writing);
    }

    private final class Hooked implements StoredResponse {
        private final StoredResponse response;

        private Hooked(StoredResponse response) {
            this.response = response;
        }

        @Override
        public StoredHead head() {
            return response.head();
        }

        @Override
        public long length() {
            return response.length();
        }

        @Override
        public StoredBody open() throws IOException {
            onOpen.run();
            return response.open();
        }
    }

    private final class HookedWriting extends WrappedWriting {
        private HookedWriting(Writing writing) {
            super(writing);
        }

        @Override
        public void commit(StoredHead now) throws IOException {
            onStore.run();
            super.commit(now);
        }

        @Override
        public void close() {
            super.close();
            onClosed.run();
        }
    }

    @Override
    public void update(StoredResponse response, StoredHead head) throws IOException {
        onStore.run();
        super.update(((Hooked) response).response, head);
    }

    @Override
    public void remove(StoredResponse response) throws IOException {
        super.remove(((Hooked) response).response);
    }
}
