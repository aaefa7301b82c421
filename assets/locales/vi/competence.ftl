# Tên năng lực theo Thông tư 02/2025/TT-BGDĐT, lấy từ nguồn thứ cấp; 0.x là phần chuẩn bị của hocvu.

competence-area-0 = Bắt đầu với thiết bị số
competence-0-1 = Sử dụng thiết bị
competence-0-2 = Sử dụng phần mềm trên thiết bị

competence-area-1 = Khai thác dữ liệu và thông tin
competence-1-1 = Duyệt, tìm kiếm và lọc dữ liệu, thông tin và nội dung số
competence-1-2 = Đánh giá dữ liệu, thông tin và nội dung số
competence-1-3 = Quản lý dữ liệu, thông tin và nội dung số

competence-area-2 = Giao tiếp và hợp tác trong môi trường số
competence-2-1 = Tương tác thông qua công nghệ số
competence-2-2 = Chia sẻ thông tin và nội dung thông qua công nghệ số
competence-2-3 = Sử dụng công nghệ số để thực hiện trách nhiệm công dân
competence-2-4 = Hợp tác thông qua công nghệ số
competence-2-5 = Quy tắc ứng xử trên mạng
competence-2-6 = Quản lý danh tính số

competence-area-3 = Sáng tạo nội dung số
competence-3-1 = Phát triển nội dung số
competence-3-2 = Tích hợp và tạo lập lại nội dung số
competence-3-3 = Thực thi bản quyền và giấy phép
competence-3-4 = Lập trình

competence-area-4 = An toàn
competence-4-1 = Bảo vệ thiết bị
competence-4-2 = Bảo vệ dữ liệu cá nhân và quyền riêng tư
competence-4-3 = Bảo vệ sức khỏe và an sinh số
competence-4-4 = Bảo vệ môi trường

competence-area-5 = Giải quyết vấn đề
competence-5-1 = Giải quyết các vấn đề kỹ thuật
competence-5-2 = Xác định nhu cầu và giải pháp công nghệ
competence-5-3 = Sử dụng sáng tạo công nghệ số
competence-5-4 = Xác định các vấn đề cần cải thiện về năng lực số

competence-area-6 = Ứng dụng trí tuệ nhân tạo
competence-6-1 = Hiểu biết về trí tuệ nhân tạo
competence-6-2 = Sử dụng trí tuệ nhân tạo
competence-6-3 = Đánh giá trí tuệ nhân tạo
