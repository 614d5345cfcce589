// The kernel as Java calls it (java/wordstream/Kernel.java): a counter is a number there.
#include <jni.h>

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/wordstream_kernel.h"

namespace {

/// Java has no pointers, and keeps ours as a number.
wordstream_counter* counter_of(jlong handle) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  return reinterpret_cast<wordstream_counter*>(handle);
}

std::string bytes_of(JNIEnv* env, jbyteArray array) {
  std::string bytes(static_cast<std::size_t>(env->GetArrayLength(array)), '\0');
  env->GetByteArrayRegion(array, 0, static_cast<jsize>(bytes.size()),
                          reinterpret_cast<jbyte*>(bytes.data()));
  return bytes;
}

/// An array of Java's in the place of a text. Null, and Java throws, where it is too long for one.
jbyteArray array_of(JNIEnv* env, wordstream_text text) {
  jbyteArray array = nullptr;
  if (text.size > INT32_MAX - 8) {
    env->ThrowNew(env->FindClass("java/lang/OutOfMemoryError"),
                  "counts of one batch have more than 2 GiB: take shorter batches");
  } else {
    array = env->NewByteArray(static_cast<jsize>(text.size));
  }
  if (array != nullptr) {
    env->SetByteArrayRegion(array, 0, static_cast<jsize>(text.size),
                            reinterpret_cast<const jbyte*>(text.bytes));
  }
  wordstream_text_free(text);
  return array;
}

}  // namespace

extern "C" {

JNIEXPORT jlong JNICALL Java_wordstream_Kernel_make(JNIEnv* env, jclass /*kernel*/,
                                                    jobjectArray names, jobjectArray values) {
  const auto count = static_cast<std::size_t>(env->GetArrayLength(names));
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    for (const jobjectArray from : {names, values}) {
      auto* const element =
          static_cast<jbyteArray>(env->GetObjectArrayElement(from, static_cast<jsize>(i)));
      texts.push_back(bytes_of(env, element));
      env->DeleteLocalRef(element);
    }
  }
  std::vector<wordstream_option> options;
  for (std::size_t i = 0; i < count; ++i) {
    options.push_back({texts[2 * i].c_str(), texts[2 * i + 1].data(), texts[2 * i + 1].size()});
  }
  wordstream_text why{};
  wordstream_counter* const made = wordstream_counter_new(options.data(), count, &why);
  if (made == nullptr) {
    const std::string message(why.bytes, why.size);
    wordstream_text_free(why);
    env->ThrowNew(env->FindClass("java/lang/IllegalArgumentException"), message.c_str());
  }
  return reinterpret_cast<jlong>(made);
}

JNIEXPORT void JNICALL Java_wordstream_Kernel_free(JNIEnv* /*env*/, jclass /*kernel*/,
                                                   jlong handle) {
  wordstream_counter_free(counter_of(handle));
}

/// The bytes of a buffer outside of Java's heap, as far as `ends` say in texts of their own; behind
/// the last of them a text goes on.
JNIEXPORT void JNICALL Java_wordstream_Kernel_take(JNIEnv* env, jclass /*kernel*/, jlong handle,
                                                   jobject buffer, jint size, jintArray ends,
                                                   jint end_count) {
  const char* const bytes = static_cast<const char*>(env->GetDirectBufferAddress(buffer));
  std::vector<jint> borders(static_cast<std::size_t>(end_count));
  if (end_count != 0) env->GetIntArrayRegion(ends, 0, end_count, borders.data());
  jint begin = 0;
  for (const jint end : borders) {
    wordstream_counter_take(counter_of(handle), bytes + begin,
                            static_cast<std::size_t>(end - begin));
    wordstream_counter_end_text(counter_of(handle));
    begin = end;
  }
  wordstream_counter_take(counter_of(handle), bytes + begin,
                          static_cast<std::size_t>(size - begin));
}

JNIEXPORT void JNICALL Java_wordstream_Kernel_endText(JNIEnv* /*env*/, jclass /*kernel*/,
                                                      jlong handle) {
  wordstream_counter_end_text(counter_of(handle));
}

JNIEXPORT jboolean JNICALL Java_wordstream_Kernel_add(JNIEnv* env, jclass /*kernel*/, jlong handle,
                                                      jbyteArray packed) {
  const std::string bytes = bytes_of(env, packed);
  const bool is_added = wordstream_counter_add(counter_of(handle), bytes.data(), bytes.size()) != 0;
  return is_added ? JNI_TRUE : JNI_FALSE;
}

JNIEXPORT jobjectArray JNICALL Java_wordstream_Kernel_pack(JNIEnv* env, jclass /*kernel*/,
                                                           jlong handle, jint part_count) {
  std::vector<wordstream_text> parts(static_cast<std::size_t>(part_count));
  wordstream_counter_pack(counter_of(handle), parts.size(), parts.data());
  jobjectArray arrays = env->NewObjectArray(part_count, env->FindClass("[B"), nullptr);
  for (jint i = 0; i < part_count; ++i) {
    jbyteArray array = array_of(env, parts[static_cast<std::size_t>(i)]);
    if (arrays == nullptr || array == nullptr) continue;  // Java throws when this returns
    env->SetObjectArrayElement(arrays, i, array);
    env->DeleteLocalRef(array);
  }
  return arrays;
}

JNIEXPORT jbyteArray JNICALL Java_wordstream_Kernel_rows(JNIEnv* env, jclass /*kernel*/,
                                                         jlong handle) {
  return array_of(env, wordstream_counter_rows(counter_of(handle)));
}

JNIEXPORT jlongArray JNICALL Java_wordstream_Kernel_lines(JNIEnv* env, jclass /*kernel*/,
                                                          jlong handle) {
  const wordstream_lines lines = wordstream_counter_lines(counter_of(handle));
  const jlong numbers[] = {static_cast<jlong>(lines.all), static_cast<jlong>(lines.left_out),
                           static_cast<jlong>(lines.keyless), static_cast<jlong>(lines.cut)};
  jlongArray array = env->NewLongArray(4);
  if (array != nullptr) env->SetLongArrayRegion(array, 0, 4, numbers);
  return array;
}

}  // extern "C"
