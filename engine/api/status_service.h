// The gRPC service vigil.v1.Status: what the daemon counts.
#pragma once

#include <functional>

#include "engine/api/work_queue.h"
#include "vigil/status.grpc.pb.h"

namespace vigil::api {

// Takes as long as the kernel takes to tell its counters.
using StatusSource = std::function<v1::GetStatusResponse()>;

class StatusService final : public v1::Status::CallbackService {
 public:
  explicit StatusService(StatusSource source) : source_(std::move(source)) {}

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;

 private:
  StatusSource source_;
  WorkQueue work_;
};

}  // namespace vigil::api
