@NullMarked
package dev.selene.net;

import org.jspecify.annotations.NullMarked;
