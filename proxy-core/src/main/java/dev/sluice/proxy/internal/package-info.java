/** What several packages need and no user of the library does. Exported to nobody. */
@NullMarked
package dev.sluice.proxy.internal;

import org.jspecify.annotations.NullMarked;
