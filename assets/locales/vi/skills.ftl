# Năng lực nói bằng lời thường ngày, cho người học. Tên đầy đủ ở competence.ftl.

skill-0-1 = Dùng điện thoại
skill-0-2 = Dùng ứng dụng trên điện thoại
skill-1-1 = Tìm điều mình cần trên mạng
skill-1-2 = Nhận ra tin giả, tin lừa đảo
skill-1-3 = Cất giữ ảnh và giấy tờ trên máy
skill-2-1 = Gọi, nhắn tin qua mạng
skill-2-2 = Gửi ảnh, gửi tin cho người khác
skill-2-3 = Dùng dịch vụ công
skill-2-4 = Cùng làm việc qua mạng
skill-2-5 = Cư xử tử tế trên mạng
skill-2-6 = Giữ danh tính số của mình
skill-3-1 = Tự làm ảnh, viết bài
skill-3-2 = Sửa và ghép nội dung
skill-3-3 = Tôn trọng thứ người khác làm ra
skill-3-4 = Chỉ cho máy làm việc
skill-4-1 = Giữ máy và mật khẩu an toàn
skill-4-2 = Giữ kín thông tin riêng
skill-4-3 = Dùng mạng mà vẫn khỏe, vẫn vui
skill-4-4 = Dùng máy sao cho đỡ hại môi trường
skill-5-1 = Xử lý khi máy trục trặc
skill-5-2 = Chọn đúng công cụ cho việc của mình
skill-5-3 = Dùng công nghệ vào việc làm ăn
skill-5-4 = Biết mình còn cần học gì
skill-6-1 = Hiểu trí tuệ nhân tạo là gì
skill-6-2 = Dùng trí tuệ nhân tạo
skill-6-3 = Biết khi nào chớ vội tin trí tuệ nhân tạo
