# Serves predictions over HTTP.
using HTTP, JSON3, Sockets
using Flux: Chain, Dense, relu, softmax, params
include("model.jl")

model = Chain(Dense(4, 16, relu), Dense(16, 3), softmax)

function handle(req::HTTP.Request)
    body = JSON3.read(String(req.body))
    features = Float32.(collect(body.features))
    try
        return HTTP.Response(200, JSON3.write((; scores = model(features))))
    catch err
        err isa DimensionMismatch || rethrow()
        return HTTP.Response(400, "bad input")
    finally
        flush(stdout)
    end
end

if abspath(PROGRAM_FILE) == @__FILE__
    port = parse(Int, get(ENV, "PORT", "8080"))
    @info "listening" port
    HTTP.serve(handle, Sockets.localhost, port)
end

while true
    sleep(1)
    isready(channel) && break
end
